# bash: source <(kubectl-seinode completion bash)
_kubectl_seinode() {
  local rest=${COMP_LINE:0:COMP_POINT} words=() part i
  # bash breaks words at = : and @ as well: what no space separates is one word.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    if [[ $i -eq 0 || $rest == [[:space:]]* ]]; then
      words+=('')
      rest=${rest#"${rest%%[![:space:]]*}"}
    fi
    part=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || part=$rest
    words[${#words[@]} - 1]+=$part
    rest=${rest#"$part"}
  done
  words=("${words[@]//[\"\'\\]/}")
  words=("${words[@]/#\~\//$HOME/}")

  local answer candidate
  answer=$("${words[0]}" __complete "${words[@]:1}" 2>/dev/null </dev/null)
  [[ $answer == *:0 ]] || compopt +o default 2>/dev/null

  # A candidate stands for what is typed, of --flag=typed for the value; bash replaces the last word as it sees it, $2.
  local typed=${words[${#words[@]} - 1]} seen=${2//[\"\'\\]/} strip='' prepend=''
  [[ $typed != -*=* ]] || typed=${typed#*=}
  if [[ $typed == *"$seen" ]]; then
    strip=${typed%"$seen"}
  else
    prepend=${seen%"$typed"}
  fi
  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    [[ -n $candidate ]] || continue
    candidate=${candidate#"$strip"}
    # Inside quotes nothing more needs quoting.
    [[ $part == [\"\']* ]] || printf -v candidate %q "$candidate"
    COMPREPLY+=("$prepend$candidate")
  done <<<"${answer%:*}"
}
complete -o default -F _kubectl_seinode kubectl-seinode
