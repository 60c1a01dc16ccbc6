# Three shells each start sleeps, one after the other: sleeping_shells.sh.
for shell in 1 2 3; do
  (for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    sleep 0.03
  done) &
done
wait
