#!/bin/sh
# What is wrong is said in one precise line with its documented status, and the rest works on.
set -eu
. "$(dirname "$0")/lib.sh"
cat > layer-cake.yaml <<'Y'
roles:
  missing: {command: [./nowhere]}
  good: {command: [tail, -f, /dev/null]}
Y
expect_status 1 cake up --detach --wait --timeout=10s
expect_in 'executable "./nowhere" not found' "$errors"
expect running "$(field good 'role["state"]')"
expect_status 4 cake stop nobody
expect_in nobody "$errors"
cake stop

cat > typo.yaml <<'Y'
roles:
  web:
    comand: [x]
    replicas: many
    depends_on: [db]
Y
expect_status 2 cake check typo.yaml
expect_in 'typo.yaml:3:5:' "$errors"
expect_in 'did you mean "command"' "$errors"
expect_in 'typo.yaml:4:15:' "$errors"

expect_status 2 cake lst
expect_in 'list' "$errors"
expect_status 2 cake list --bogus
for name in .. . a/b -rf group "$(printf 'a\nb')"; do
    expect_status 2 cake add /bin/true --role-name="$name"
done
cp "$home/layer-cake.yaml" saved
printf 'roles: {good: {command: [' > "$home/layer-cake.yaml"
expect_status 2 cake list
expect_in 'layer-cake.yaml:1:' "$errors"
cp saved "$home/layer-cake.yaml"
cake list > /dev/null
expect_status 1 sh -c '"$LAYER_CAKE" list "-hp=$1" > /dev/full' sh "$home"
