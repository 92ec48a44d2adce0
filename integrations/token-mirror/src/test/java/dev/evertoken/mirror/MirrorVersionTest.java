package dev.evertoken.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorVersionTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void laterConsentsAndGenerationsAreNewerAndTheEndOfAGrantIsItsNewest() {
        MirrorVersion first = new MirrorVersion("z", NOON, 1);
        MirrorVersion second = new MirrorVersion("z", NOON, 2);
        MirrorVersion reconnected = new MirrorVersion("a", NOON.plusMillis(1), 1);

        assertThat(List.of(reconnected, first.ended(), second, first).stream().sorted())
                .containsExactly(first, second, first.ended(), reconnected);
        assertThat(new MirrorVersion(MirrorVersion.UNKNOWN_GRANT, NOON, 1).ended())
                .as("a grant whose id is not known ends too")
                .isGreaterThan(second);
        assertThat(first.isOlderThan(first)).isFalse();
    }

    @Test
    void aVersionIsReadFromItsPayload() {
        MirrorVersion version = new MirrorVersion("grant-1", NOON.plusMillis(5), 3);

        assertThat(MirrorVersion.ofPayload(version.toPayload())).contains(version);
        assertThat(MirrorVersion.ofPayload(version.ended().toPayload())).contains(version.ended());
        assertThat(MirrorVersion.ofPayload("[]")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 2026-03-01T12:00:00Z, 1",
        "a b, 2026-03-01T12:00:00Z, 1",
        "g, yesterday, 1",
        "g, +1000000000-12-31T23:59:59.999999999Z, 1",
        "g, 2026-03-01T12:00:00Z, 0",
        "g, 2026-03-01T12:00:00Z, -1",
        "g, 2026-03-01T12:00:00Z, one",
        "g, 2026-03-01T12:00:00Z, 9223372036854775808"
    })
    void otherHeadersAreNoVersion(String grant, String consentedAt, String generation) {
        assertThat(MirrorVersion.parse(grant, consentedAt, Optional.of(generation)))
                .isEmpty();
    }
}
