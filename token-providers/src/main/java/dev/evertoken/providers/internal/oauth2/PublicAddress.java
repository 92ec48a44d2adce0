package dev.evertoken.providers.internal.oauth2;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Distinguishes public addresses from addresses of private networks, so that a configured address cannot lead into a
 * private network unless that is allowed. Stateless. Thread-safe.
 */
final class PublicAddress {

    private PublicAddress() {}

    /** Every address of a host is private. */
    static final class PrivateException extends UnknownHostException {
        private static final long serialVersionUID = 1L;
    }

    /** Returns the public addresses. The check runs on each use, because a name may resolve differently each time. */
    static List<InetAddress> publicOf(List<InetAddress> addresses) throws PrivateException {
        List<InetAddress> result =
                addresses.stream().filter(address -> !isPrivate(address)).toList();
        if (result.isEmpty()) {
            throw new PrivateException();
        }
        return result;
    }

    /** Returns whether the host is the literal of a private address; such a host is never looked up. */
    static boolean isPrivateLiteral(URI address) {
        String host = address.getHost();
        if (!host.startsWith("[") && !host.matches("\\d+(\\.\\d+){3}")) {
            return false;
        }
        try {
            return isPrivate(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            return true; // looks like an address but is invalid, so it is not public
        }
    }

    /** Returns the error message for a private host. */
    static String refusal(String host) {
        return host + " is in a private network; allow it with allowPrivateNetwork()";
    }

    private static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
        boolean carrierShared = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || uniqueLocal
                || carrierShared;
    }
}
