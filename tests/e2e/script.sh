#!/bin/sh
# Programs of roles that are collected in the home are run instead of those they were collected from, with their libraries.
set -eu
. "$(dirname "$0")/lib.sh"

mkdir -p app/templates native
printf '#!/bin/sh\n. ./app/helper.sh\necho "original $0"\nexec sleep 1000\n' >app/service.sh
printf 'x=1\n' >app/helper.sh
printf 'text' >app/templates/page
mkdir app/__pycache__
printf 'print("script of python")\n' >app/job.py
chmod +x app/service.sh
cake create
cake add ./app/service.sh service --ready='{log_line: "original|collected"}'
cake add "$python" job --type=oneshot -- app/job.py
cake add sleep system -- infinity

expect 'job.py
service.sh' "$(cake script --list-scripts)"
expect "$work/app" "$(cake script --list-paths)"
expect_match "$work/app/job.py
$work/app/service.sh
*/sleep" "$(cake script --list-executables)"

gives 0 cake script
expect "AddFile(path=$work/app/helper.sh, target=$home/script)
AddFile(path=$work/app/job.py, target=$home/script)
AddFile(path=$work/app/service.sh, target=$home/script)
AddFolder(path=$work/app/templates, target=$home/script)" "$out"
cake script -mc
gives 0 cake script
expect '' "$out"
expect 'helper.sh
job.py
service.sh
templates' "$(cake script -rl | grep -v /)"

# what is in the home counts now
sed -i 's/original/collected/' "$home/script/service.sh"
printf 'print("collected python")\n' >"$home/script/job.py"
cake start --wait
cake wait job --for=completed
expect "collected $home/script/service.sh" "$(cake log service --no-prefix 2>/dev/null | head -n 1 | sed 's/.*collected/collected/')"
expect_match '*collected python*' "$(cake log job)"
cake stop
cake script -ca -mc
cake start --wait
expect_match '*original*' "$(cake log service)"
cake stop
cake destroy
cake create

# two of one name are refused, and so is a group that has nothing of its own
mkdir other
printf '#!/bin/sh\n' >other/service.sh
chmod +x other/service.sh
cake add ./app/service.sh a
cake add ./other/service.sh b
refuses 2 "layer-cake: cannot collect scripts in \"$home\": multiple selections of \"service.sh\": \"$work/app/service.sh\" and \"$work/other/service.sh\"" script
cake destroy
cake create
cake add sleep only -- 1
refuses 4 "layer-cake: cannot collect scripts in \"$home\": no scripts in use" script

# a native program comes with its own libraries, and finds them in the home
command -v cc >/dev/null || skip 'no compiler for the last part'
printf 'int answer(void) { return 42; }\n' >lib.c
printf '#include <stdio.h>\nint answer(void);\nint main(void) { printf("%%d\\n", answer()); return 0; }\n' >main.c
cc -shared -fPIC -Wl,-soname,libanswer.so.1 -o native/libanswer.so.1 lib.c
cc -o native/tool main.c native/libanswer.so.1 -Wl,-rpath,"$work/native"
cake add ./native/tool tool --type=oneshot
cake script -mc
expect 'libanswer.so.1
tool' "$(cake script -rl)"
mv native gone
cake start tool --wait=completed
expect_match '*42*' "$(cake log tool)"
