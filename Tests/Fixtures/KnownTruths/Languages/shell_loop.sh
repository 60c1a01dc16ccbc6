# A shell starts many short programs, or does the work itself: shell_loop.sh bad|fixed.
i=0
while [ $i -lt 500 ]; do
  i=$((i + 1))
  case $1 in
  bad) /bin/true ;;
  fixed) for j in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do k=$((j * i)); done ;;
  esac
done
