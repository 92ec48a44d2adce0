package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The codec either reads a byte sequence or rejects it with its one exception. */
class RecordCodecFuzzTest {

    private static final int ROUNDS = 20_000;

    @Test
    void aDamagedRecordIsEitherUnreadableOrAValidRecord() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] whole = RecordCodec.encode(GoldenFiles.fullRecord());
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damaged(whole, random);
            try {
                TokenRecord read = RecordCodec.decode(GoldenFiles.KEY, damaged);
                assertThat(RecordCodec.decode(GoldenFiles.KEY, RecordCodec.encode(read)))
                        .isEqualTo(read);
            } catch (UnreadableRecordException e) {
                assertThat(e.getMessage()).startsWith(GoldenFiles.KEY + ": the record ");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    @Test
    void damagedTokensAreEitherUnreadableOrValidAndShowNoSecret() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] whole = RecordCodec.encodeTokens(GoldenFiles.fullTokens());
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damaged(whole, random);
            try {
                TokenSet read = RecordCodec.decodeTokens(GoldenFiles.KEY, damaged);
                assertThat(RecordCodec.decodeTokens(GoldenFiles.KEY, RecordCodec.encodeTokens(read)))
                        .isEqualTo(read);
            } catch (TokenException e) {
                assertThat(e.problem()).isIn(Set.of(Problem.RECORD_UNREADABLE, Problem.RECORD_TOO_NEW));
                assertThat(e.toString() + e.getCause()).doesNotContain("evertoken-test");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    /** Truncates the bytes, flips bits, or copies a piece to another position. */
    private static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        switch (random.nextInt(3)) {
            case 0 -> bytes = Arrays.copyOf(whole, random.nextInt(whole.length));
            case 1 -> {
                for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            default -> {
                int length = 1 + random.nextInt(40);
                System.arraycopy(
                        whole,
                        random.nextInt(whole.length - length),
                        bytes,
                        random.nextInt(whole.length - length),
                        length);
            }
        }
        return bytes;
    }
}
