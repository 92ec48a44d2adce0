package dev.evertoken.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Equal digests are found among many accounts, with the label of the first one. */
class SharedGrantsTest {

    private final SharedGrants grants = new SharedGrants();

    @Test
    void theFirstOfManyAccountsIsFoundByItsDigest() {
        Random random = new Random(1);
        long[] digests = random.longs(20_000).toArray();
        for (int at = 0; at < digests.length; at++) {
            assertThat(grants.earlier(digests[at], label("google", at))).isEmpty();
        }

        for (int at = 0; at < digests.length; at++) {
            assertThat(grants.earlier(digests[at], label("acme", -at))).contains(label("google", at));
        }
    }

    @Test
    void aDigestOfZeroAndEqualLowBitsAreKeptApart() {
        assertThat(grants.earlier(0, label("google", 1))).isEmpty();
        assertThat(grants.earlier(1L << 40, label("google", 2))).isEmpty();
        assertThat(grants.earlier(1L << 41, label("acme", 3))).isEmpty();

        assertThat(grants.earlier(0, label("google", 4))).contains(label("google", 1));
        assertThat(grants.earlier(1L << 40, label("google", 4))).contains(label("google", 2));
        assertThat(grants.earlier(1L << 41, label("google", 4))).contains(label("acme", 3));
    }

    private static String label(String registration, int number) {
        byte[] digest =
                ByteBuffer.allocate(8).putLong(0xfedcba98_76543210L ^ number).array();
        return registration + "/#"
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Arrays.copyOf(digest, 8))
                        .substring(0, 8);
    }
}
