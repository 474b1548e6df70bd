# Prints what zsh offers at the end of a line: zsh -f complete.zsh FOLDER LINE. The folder holds the function _swiftlet.
if [[ $1 != inner ]]; then
    zmodload zsh/zpty
    zpty inner zsh -f -i
    # The quotes keep the echo of this line from being taken for its answer.
    zpty -w inner "source ${(q)0:A} inner ${(q)1}; print REA''DY"
    zpty -r -m inner heard '*READY*'
    zpty -w -n inner "$2"$'\t'
    zpty -r -m inner heard '*<offered>*</offered>*'
    heard=${${heard#*'<offered>'}%%'</offered>'*}
    print -r -- ${heard//$'\r'/}
    exit
fi
PROMPT=
fpath=($2 $fpath)
autoload -Uz compinit
compinit -u -D
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
compprefuncs=(begin_offer)
comppostfuncs=(end_offer)
begin_offer() { print -r -- '<offered>' }
end_offer() { print -r -- '</offered>' }
compadd() {
    # Calls that only compute are answered as ever.
    if [[ " $* " == *' -'[OAD]' '* ]]; then
        builtin compadd "$@"
        return
    fi
    local -a offered
    builtin compadd -O offered "$@"
    print -rl -- $offered
    builtin compadd "$@"
}
