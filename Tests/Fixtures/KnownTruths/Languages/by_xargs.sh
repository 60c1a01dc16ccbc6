# xargs runs commands one at a time or two at once: by_xargs.sh bad|fixed.
case $1 in bad) at_once=1 ;; *) at_once=2 ;; esac
printf '%s\n' 1 2 3 4 5 6 7 8 |
  xargs -n 1 -P $at_once sh -c 'i=0; while [ $i -lt 150000 ]; do i=$((i + 1)); done'
