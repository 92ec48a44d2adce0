package dev.evertoken.providers.internal.oauth2;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Tells public addresses from those that only mean something inside a network, so that an address from a setting
 * does not lead there unless somebody allowed it. Stateless. Thread-safe.
 */
final class PublicAddress {

    private PublicAddress() {}

    /** Every address of a host is private. */
    static final class PrivateException extends UnknownHostException {
        private static final long serialVersionUID = 1L;
    }

    /** Returns the public ones: what a name resolves to is checked where it is used, each time. */
    static List<InetAddress> publicOf(List<InetAddress> addresses) throws PrivateException {
        List<InetAddress> some =
                addresses.stream().filter(address -> !isPrivate(address)).toList();
        if (some.isEmpty()) {
            throw new PrivateException();
        }
        return some;
    }

    /** Tells whether the host is written as a private address; such a host is never looked up. */
    static boolean isPrivateLiteral(URI address) {
        String host = address.getHost();
        if (!host.startsWith("[") && !host.matches("\\d+(\\.\\d+){3}")) {
            return false;
        }
        try {
            return isPrivate(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            return true; // written like an address but none: nothing public
        }
    }

    /** Returns what to tell the operator. */
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
