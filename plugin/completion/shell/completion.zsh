#compdef kubectl-seinode
# zsh: source <(kubectl-seinode completion zsh)
_kubectl_seinode() {
  local -a asked answer candidates
  local line value
  asked=("${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}")
  asked=("${(@)asked/#\~\//$HOME/}")
  answer=("${(@f)$("$asked[1]" __complete "${(@)asked[2,-1]}" 2>/dev/null </dev/null)}")
  for line in "${(@)answer[1,-2]}"; do
    value=${line%%$'\t'*}
    # In what _describe takes, a colon ends the value.
    candidates+=("${value//:/\\:}${${line#$value}/$'\t'/:}")
  done
  # Of --flag=value the candidates are values.
  [[ $PREFIX != -*=* ]] || compset -P 1 '*='
  if (( $#candidates )); then
    _describe 'kubectl-seinode' candidates
  elif [[ $answer[-1] == :0 ]]; then
    _files
  fi
}
compdef _kubectl_seinode kubectl-seinode
