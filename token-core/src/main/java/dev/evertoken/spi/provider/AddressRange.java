package dev.evertoken.spi.provider;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/** A block of IP addresses with the same first bits (RFC 4632). Immutable. */
final class AddressRange {

    private final byte[] prefix;
    private final int bits;

    /** @param bits the number of bits that are the same */
    private AddressRange(byte[] prefix, int bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    /** Reads blocks such as {@code 10.0.0.0/8}. */
    static List<AddressRange> listOf(String... blocks) {
        return Stream.of(blocks).map(AddressRange::of).toList();
    }

    static AddressRange of(String block) {
        int slash = block.indexOf('/');
        try {
            byte[] prefix = InetAddress.getByName(block.substring(0, slash)).getAddress();
            return new AddressRange(prefix, Integer.parseInt(block.substring(slash + 1)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(block + " is no block of addresses", e);
        }
    }

    boolean contains(byte[] address) {
        if (address.length != prefix.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit += 8) {
            int mask = 0xff & (0xff << Math.max(0, 8 - (bits - bit)));
            if (((address[bit / 8] ^ prefix[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
