// C, because only a C compiler knows where the kernel's headers put a field.
#define _GNU_SOURCE
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/unix_diag.h>
#include <stddef.h>
#include <sys/stat.h>
#include "tandem_offsets.h"

#define TANDEM_IS_AT(type, field, offset) \
  _Static_assert(offsetof(struct type, field) == (offset), #field " is elsewhere")

_Static_assert(sizeof(struct statx) == TANDEM_STATX_SIZE, "another size");
TANDEM_IS_AT(statx, stx_mode, TANDEM_STATX_MODE);
TANDEM_IS_AT(statx, stx_ino, TANDEM_STATX_INODE);
TANDEM_IS_AT(statx, stx_rdev_major, TANDEM_STATX_DEVICE_MAJOR);

_Static_assert(NLMSG_HDRLEN == TANDEM_NETLINK_HEADER_SIZE, "another size");
TANDEM_IS_AT(nlmsghdr, nlmsg_len, 0);
TANDEM_IS_AT(nlmsghdr, nlmsg_type, TANDEM_NETLINK_TYPE);
TANDEM_IS_AT(nlmsghdr, nlmsg_seq, TANDEM_NETLINK_SEQUENCE);
_Static_assert(NLA_HDRLEN == TANDEM_NETLINK_ATTRIBUTE_SIZE, "another size");
TANDEM_IS_AT(nlattr, nla_len, 0);
TANDEM_IS_AT(nlattr, nla_type, TANDEM_NETLINK_ATTRIBUTE_TYPE);

_Static_assert(sizeof(struct unix_diag_msg) == TANDEM_UNIX_DIAG_SIZE, "another size");
TANDEM_IS_AT(unix_diag_msg, udiag_family, 0);
TANDEM_IS_AT(unix_diag_msg, udiag_state, TANDEM_UNIX_DIAG_STATE);
TANDEM_IS_AT(unix_diag_msg, udiag_ino, TANDEM_UNIX_DIAG_INODE);

_Static_assert(sizeof(struct inet_diag_msg) == TANDEM_INET_DIAG_SIZE, "another size");
TANDEM_IS_AT(inet_diag_msg, idiag_family, 0);
TANDEM_IS_AT(inet_diag_msg, idiag_state, TANDEM_INET_DIAG_STATE);
TANDEM_IS_AT(inet_diag_msg, id.idiag_sport, TANDEM_INET_DIAG_LOCAL_PORT);
TANDEM_IS_AT(inet_diag_msg, id.idiag_dport, TANDEM_INET_DIAG_REMOTE_PORT);
TANDEM_IS_AT(inet_diag_msg, id.idiag_src, TANDEM_INET_DIAG_LOCAL_ADDRESS);
TANDEM_IS_AT(inet_diag_msg, id.idiag_dst, TANDEM_INET_DIAG_REMOTE_ADDRESS);
TANDEM_IS_AT(inet_diag_msg, idiag_inode, TANDEM_INET_DIAG_INODE);
