package dev.evertoken.doctor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds accounts with equal refresh tokens by the digests of the tokens. A hash table of primitive values, at most half
 * full, has the label of the first account for each digest; after the first million digests, further ones are only
 * looked up. Not thread-safe.
 */
final class SharedGrants {

    private static final int MOST = 1_000_000;
    private static final int FIRST_CAPACITY = 1024;
    private static final String MARK = "/#";

    private final List<String> registrations = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private long[] digests = new long[FIRST_CAPACITY];

    /** The number of the registration, plus one, in the upper 16 bits, and the digest of the account in the others. */
    private long[] labels = new long[FIRST_CAPACITY];

    private int size;

    /** Returns the label of an earlier account with the same digest; empty if this is the first one. */
    Optional<String> earlier(long digest, String label) {
        int slot = slot(digests, labels, digest);
        if (labels[slot] != 0) {
            return Optional.of(text(labels[slot]));
        }
        if (size < MOST) {
            digests[slot] = digest;
            labels[slot] = packed(label);
            size++;
            growIfHalfFull();
        }
        return Optional.empty();
    }

    private void growIfHalfFull() {
        if (size * 2 < digests.length) {
            return;
        }
        long[] moreDigests = new long[digests.length * 2];
        long[] moreLabels = new long[digests.length * 2];
        for (int at = 0; at < digests.length; at++) {
            if (labels[at] != 0) {
                int slot = slot(moreDigests, moreLabels, digests[at]);
                moreDigests[slot] = digests[at];
                moreLabels[slot] = labels[at];
            }
        }
        digests = moreDigests;
        labels = moreLabels;
    }

    /** Returns the place of a digest, or the free one for it. The digests are random, so their low bits are as well. */
    private static int slot(long[] digests, long[] labels, long digest) {
        int slot = (int) digest & (digests.length - 1);
        while (labels[slot] != 0 && digests[slot] != digest) {
            slot = (slot + 1) & (digests.length - 1);
        }
        return slot;
    }

    private long packed(String label) {
        int mark = label.lastIndexOf(MARK);
        byte[] digest = Base64.getUrlDecoder().decode(label.substring(mark + MARK.length()));
        int number = numbers.computeIfAbsent(label.substring(0, mark), name -> {
            registrations.add(name);
            return registrations.size();
        });
        long account = 0;
        for (byte part : digest) {
            account = account << 8 | (part & 0xff);
        }
        return (long) Math.min(number, 0xffff) << 48 | account;
    }

    private String text(long packed) {
        byte[] digest = new byte[6];
        ByteBuffer.wrap(ByteBuffer.allocate(8).putLong(packed).array())
                .position(2)
                .get(digest);
        return registrations.get((int) (packed >>> 48) - 1)
                + MARK
                + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }
}
