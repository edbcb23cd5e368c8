# fish: kubectl-seinode completion fish | source
function __kubectl_seinode_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct | string replace -ra '["\'\\\\]' '')
    set -l answer ($words[1] __complete $words[2..-1] "$typed" 2>/dev/null </dev/null)
    # Of --flag=value the candidates are values; fish wants the whole word.
    set -l flag (string match -r -- '^-[^=]*=' "$typed")
    if test (count $answer) -gt 1
        printf '%s\n' "$flag"$answer[1..-2]
    else if test "$answer" = ':0'
        printf '%s\n' "$flag"(__fish_complete_path (string replace -- "$flag" '' "$typed"))
    end
end
complete -c kubectl-seinode -f -a '(__kubectl_seinode_complete)'
