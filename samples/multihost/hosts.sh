# hosts.sh - a small network made of namespaces of this host, for scripts that source it.
#
#     make_hosts 3            hosts 1, 2 and 3, with the addresses 10.0.0.1 and so on; 10.0.0.195 is host 1, too
#     make_hosts_of_ipv6 3    the same with fd00::1 and so on, and no other addresses
#     on 2 COMMAND...         runs it on host 2
#     unplug 2; plug 2        pulls its cable, and puts it back
#     lose 2; regain 2        the switch loses all that it sends and gets, and nobody is told; and no more
#     mute 2 3; unmute 2 3    what it sends to host 3 is lost, the other way it is not; and no more
#     remove_hosts            and whatever runs on them
network=lc$$
PATH=$PATH:/usr/sbin:/sbin

on() {
    host=$1
    shift
    ip netns exec "$network-$host" "$@"
}

# can_make_hosts - says why not, when it cannot.
can_make_hosts() {
    [ "$(id -u)" = 0 ] || { echo 'it needs root'; return 1; }
    command -v ip >/dev/null || { echo 'ip is not installed (package iproute2)'; return 1; }
    ip netns add "$network-try" 2>/dev/null || { echo 'namespaces cannot be made here'; return 1; }
    can=0
    ip -n "$network-try" link add try type bridge 2>/dev/null || { echo 'a bridge cannot be made here'; can=1; }
    ip netns del "$network-try"
    return "$can"
}

make_hosts() {
    make_cables "$1"
    for host in $(seq "$1"); do
        ip -n "$network-$host" address add "10.0.0.$host/24" dev eth0
        ip -n "$network-$host" route add default dev eth0
    done
    ip -n "$network-1" address add 10.0.0.195/24 dev eth0
}

make_hosts_of_ipv6() {
    make_cables "$1"
    for host in $(seq "$1"); do
        ip -n "$network-$host" address add "fd00::$host/64" dev eth0 nodad
        ip -6 -n "$network-$host" route add default dev eth0
    done
}

make_cables() {
    ip netns add "$network-switch"
    ip -n "$network-switch" link add switch type bridge
    ip -n "$network-switch" link set switch up
    for host in $(seq "$1"); do
        ip netns add "$network-$host"
        ip -n "$network-$host" link add eth0 type veth peer name "port$host" netns "$network-switch"
        ip -n "$network-switch" link set "port$host" master switch up
        ip -n "$network-$host" link set lo up
        ip -n "$network-$host" link set eth0 up
    done
}

unplug() { ip -n "$network-switch" link set "port$1" down; }
plug() { ip -n "$network-switch" link set "port$1" up; }
lose() { ip -n "$network-switch" link set "port$1" nomaster; }
regain() { ip -n "$network-switch" link set "port$1" master switch; }
mute() { ip -n "$network-$1" neighbour replace "10.0.0.$2" lladdr 02:00:00:00:00:99 dev eth0 nud permanent; }
unmute() { ip -n "$network-$1" neighbour del "10.0.0.$2" dev eth0; }

remove_hosts() {
    for name in $(ip netns list | sed -n "s/^\($network-[^ ]*\).*/\1/p"); do
        for pid in $(ip netns pids "$name"); do
            kill -KILL "$pid" 2>/dev/null || :
        done
        ip netns del "$name"
    done
}
