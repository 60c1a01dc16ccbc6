# Finds an interpreter in the way of a version manager, with many short processes, and becomes it:
# launcher.sh PYTHON SCRIPT ARGUMENTS...
found=""
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  found=$(dirname "$(readlink -f "$1")")
done
python=$found/$(basename "$(readlink -f "$1")")
shift
exec "$python" "$@"
