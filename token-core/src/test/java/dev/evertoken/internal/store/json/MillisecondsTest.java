package dev.evertoken.internal.store.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.json.JsonNumber;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times keep their nanoseconds, in the shortest number of milliseconds. */
class MillisecondsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "1796042751, 450000000, 1796042751450",
        "1796042715, 143589108, 1796042715143.589108",
        "1, 1, 1000.000001",
        "1, 100, 1000.0001",
        "0, 999999999, 999.999999",
        "-1, 0, -1000",
        "-1, 999999999, -0.000001",
        "31556889864403199, 999999999, 31556889864403199999.999999",
        "-31557014167219200, 0, -31557014167219200000"
    })
    void aTimeIsWrittenInItsShortestFormAndReadAgain(long seconds, int nanos, String digits) {
        assertThat(Milliseconds.written(seconds, nanos)).isEqualTo(digits);
        assertThat(read(digits)).isEqualTo(Duration.ofSeconds(seconds, nanos));
    }

    @Test
    void everyTimeIsTheExactNumber() {
        Random random = new Random(4711);
        for (int n = 0; n < 1000; n++) {
            long seconds = random.nextLong(-1_000_000_000_000L, 3_000_000_000_000L);
            int nanos = random.nextInt(1_000_000_000);
            String digits = Milliseconds.written(seconds, nanos);

            assertThat(new BigDecimal(digits))
                    .isEqualByComparingTo(
                            BigDecimal.valueOf(seconds).movePointRight(3).add(BigDecimal.valueOf(nanos, 6)));
            assertThat(digits).doesNotContain("E").doesNotMatch(".*\\.\\d*0");
            assertThat(read(digits)).isEqualTo(Duration.ofSeconds(seconds, nanos));
        }
    }

    @ParameterizedTest
    @CsvSource({"1e3, 1", "1.5E+3, 1.5", "1000.0, 1", "-1000.5, -1.0005", "-0, 0", "1000.50, 1.0005"})
    void anyFormOfANumberIsRead(String digits, BigDecimal seconds) {
        assertThat(read(digits))
                .isEqualTo(Duration.ofNanos(seconds.movePointRight(9).longValueExact()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0000001", "0.0000000", "1e30", "-1e40", "99999999999999999999999999999999"})
    void aTimeThatIsTooFineOrOutOfRangeIsRejected(String digits) {
        assertThatThrownBy(() -> read(digits)).isInstanceOf(ArithmeticException.class);
    }

    private static Duration read(String digits) {
        return Milliseconds.read(new JsonNumber(digits));
    }
}
