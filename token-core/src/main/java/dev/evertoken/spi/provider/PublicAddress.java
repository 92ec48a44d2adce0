package dev.evertoken.spi.provider;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Distinguishes public addresses from addresses of private networks, so that a configured address cannot lead into a
 * private network unless that is allowed. Stateless. Thread-safe.
 */
public final class PublicAddress {

    /**
     * The addresses that no server of the Internet has: the special-purpose registries of IANA (RFC 6890), multicast, and
     * the address at which Azure serves the data of a virtual machine.
     */
    private static final List<AddressRange> PRIVATE = AddressRange.listOf(
            "0.0.0.0/8", // this network
            "10.0.0.0/8",
            "100.64.0.0/10", // shared by the customers of a carrier
            "127.0.0.0/8", // loopback
            "168.63.129.16/32", // Azure
            "169.254.0.0/16", // link-local, and the data of virtual machines
            "172.16.0.0/12",
            "192.0.0.0/24", // protocols, and the data of virtual machines at Oracle
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // relays of 6to4
            "192.168.0.0/16",
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4", // reserved, and broadcast
            "64:ff9b:1::/48", // NAT64 of a single network
            "100::/64", // discarded
            "100:0:0:1::/64", // dummy
            "2001::/23", // protocols: Teredo, benchmarks, ORCHID
            "2001:db8::/32", // documentation
            "3fff::/20", // documentation
            "5f00::/16", // segment routing
            "fc00::/7", // unique local
            "fe80::/10", // link-local
            "fec0::/10", // site-local
            "ff00::/8"); // multicast

    /** The IPv6 addresses that stand for the IPv4 address in their last four bytes. */
    private static final List<AddressRange> EMBEDDING_AT_THE_END = AddressRange.listOf(
            "::/96", // IPv4-compatible, with the unspecified address and loopback
            "::ffff:0:0:0/96", // IPv4-translated
            "64:ff9b::/96"); // NAT64

    /** 6to4: the IPv4 address follows the first two bytes. */
    private static final AddressRange SIX_TO_FOUR = AddressRange.of("2002::/16");

    private PublicAddress() {}

    /** Every address of a host is private. */
    public static final class PrivateException extends UnknownHostException {
        private static final long serialVersionUID = 1L;
    }

    /** Returns the public addresses. The check runs on each use, because a name may resolve differently each time. */
    public static List<InetAddress> publicOf(List<InetAddress> addresses) throws PrivateException {
        List<InetAddress> result =
                addresses.stream().filter(address -> !isPrivate(address)).toList();
        if (result.isEmpty()) {
            throw new PrivateException();
        }
        return result;
    }

    /** Returns whether the host is the literal of a private address; such a host is never looked up. */
    public static boolean isPrivateLiteral(URI address) {
        String host = address.getHost();
        if (!host.startsWith("[") && !host.matches("[\\d.]+")) {
            return false;
        }
        try {
            return isPrivate(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            return true; // looks like an address but is invalid, so it is not public
        }
    }

    /** Returns the error message for a private host. */
    public static String refusal(String host) {
        return host + " is in a private network; allow it with allowPrivateNetwork()";
    }

    private static boolean isPrivate(InetAddress address) {
        return isPrivate(address.getAddress());
    }

    private static boolean isPrivate(byte[] address) {
        if (isIn(EMBEDDING_AT_THE_END, address)) {
            return isPrivate(Arrays.copyOfRange(address, 12, 16));
        }
        if (SIX_TO_FOUR.contains(address)) {
            return isPrivate(Arrays.copyOfRange(address, 2, 6));
        }
        return isIn(PRIVATE, address);
    }

    private static boolean isIn(List<AddressRange> ranges, byte[] address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }
}
