// Where the kernel's structures have the fields that Swift reads out of bytes; offsets.c asserts them.
#ifndef TANDEM_OFFSETS_H
#define TANDEM_OFFSETS_H

enum {
  // struct statx (statx(2)).
  TANDEM_STATX_SIZE = 256,
  TANDEM_STATX_MODE = 28,
  TANDEM_STATX_INODE = 32,
  TANDEM_STATX_DEVICE_MAJOR = 128,
  // struct nlmsghdr and struct nlattr (netlink(7)).
  TANDEM_NETLINK_HEADER_SIZE = 16,
  TANDEM_NETLINK_TYPE = 4,
  TANDEM_NETLINK_SEQUENCE = 8,
  TANDEM_NETLINK_ATTRIBUTE_SIZE = 4,
  TANDEM_NETLINK_ATTRIBUTE_TYPE = 2,
  // struct unix_diag_msg (sock_diag(7)); its family is its first byte.
  TANDEM_UNIX_DIAG_SIZE = 16,
  TANDEM_UNIX_DIAG_STATE = 2,
  TANDEM_UNIX_DIAG_INODE = 4,
  // struct inet_diag_msg; its family is its first byte.
  TANDEM_INET_DIAG_SIZE = 72,
  TANDEM_INET_DIAG_STATE = 1,
  TANDEM_INET_DIAG_LOCAL_PORT = 4,
  TANDEM_INET_DIAG_REMOTE_PORT = 6,
  TANDEM_INET_DIAG_LOCAL_ADDRESS = 8,
  TANDEM_INET_DIAG_REMOTE_ADDRESS = 24,
  TANDEM_INET_DIAG_INODE = 68,
};

#endif
