package dev.evertoken.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxException;
import dev.evertoken.spi.outbox.OutboxMessage;
import dev.evertoken.testing.OutboxContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileOutboxTest extends OutboxContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Override
    protected Outbox newOutbox() {
        return FileOutbox.open(file());
    }

    private Path file() {
        return folder.resolve("private/outbox.log");
    }

    @Test
    void messagesAndTheirAttemptsSurviveARestart() {
        outbox().add(message("1", "anna"));
        outbox().add(message("2", "ben"));
        List<LeasedMessage> leased = lease(outbox(), NOON);
        assertThat(outbox().remove(leased.get(0))).isTrue();
        assertThat(outbox().postpone(leased.get(1), NOON.plusSeconds(60))).isTrue();
        outbox().add(message("3", "carol"));
        assertThat(lease(outbox(), NOON)).hasSize(1);
        outbox().close();

        try (FileOutbox restarted = FileOutbox.open(file())) {
            assertThat(lease(restarted, NOON))
                    .as("a message that was being delivered is delivered again")
                    .extracting(one -> one.message().id())
                    .containsExactly("3");
            assertThat(lease(restarted, NOON.plusSeconds(60)))
                    .extracting(one -> one.message().id() + " " + one.attempts())
                    .contains("2 1");
        }
    }

    @Test
    void aLineThatACrashHasCutOffIsForgotten() throws IOException {
        outbox().add(message("1", "anna"));
        outbox().add(message("2", "ben"));
        outbox().close();
        byte[] whole = Files.readAllBytes(file());

        for (int cut : List.of(1, 2, 40, 100)) {
            Files.write(file(), Arrays.copyOf(whole, whole.length - cut));
            try (FileOutbox restarted = FileOutbox.open(file())) {
                assertThat(lease(restarted, NOON)).hasSize(1);
                restarted.add(message("3", "carol"));
            }
            try (FileOutbox again = FileOutbox.open(file())) {
                assertThat(lease(again, NOON))
                        .extracting(one -> one.message().id())
                        .containsExactly("1", "3");
            }
        }
    }

    @Test
    void aDamagedLineCostsNoOtherMessage() throws IOException {
        IntStream.rangeClosed(1, 3).forEach(i -> outbox().add(message("m" + i, "user-" + i)));
        outbox().close();
        String text = Files.readString(file());
        Files.writeString(file(), text.replace("user-2", "user-X"));

        try (FileOutbox restarted = FileOutbox.open(file())) {
            assertThat(lease(restarted, NOON))
                    .extracting(one -> one.message().id())
                    .containsExactly("m1", "m3");
        }
    }

    @Test
    void theFileDoesNotGrowWithWhatWasDelivered() throws IOException {
        outbox().add(message("waits", "waiting"));
        LeasedMessage waiting = lease(outbox(), NOON).get(0);
        assertThat(outbox().postpone(waiting, NOON.plusSeconds(600))).isTrue();
        for (int i = 0; i < 130; i++) {
            outbox().add(message("m" + i, "anna"));
            assertThat(outbox().remove(lease(outbox(), NOON).get(0))).isTrue();
        }
        outbox().close();

        assertThat(Files.readAllLines(file())).hasSizeLessThan(220);
        try (FileOutbox restarted = FileOutbox.open(file())) {
            assertThat(restarted.backlog("mirror").messages()).isEqualTo(1);
            assertThat(lease(restarted, NOON.plusSeconds(600)).get(0).attempts())
                    .isEqualTo(1);
        }
    }

    @Test
    void aFileIsOpenInOneOutboxOnly() {
        assertThatThrownBy(() -> FileOutbox.open(file()))
                .isInstanceOf(OutboxException.class)
                .hasMessageContaining("is open in this process already");
    }

    @Test
    void theFileIsAccessibleToItsOwnerOnly() throws IOException {
        outbox().add(message("1", "anna"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void aLineOfALaterVersionIsIgnored() throws IOException {
        outbox().add(message("1", "anna"));
        outbox().close();
        CRC32 crc = new CRC32();
        String unknown = "{\"do\":\"later\",\"destination\":\"mirror\"}";
        crc.update(unknown.getBytes(StandardCharsets.UTF_8));
        Files.writeString(file(), "%08x %s\n".formatted(crc.getValue(), unknown), StandardOpenOption.APPEND);

        try (FileOutbox restarted = FileOutbox.open(file())) {
            assertThat(restarted.backlog("mirror").messages()).isEqualTo(1);
        }
    }

    @Test
    void aClosedOutboxFails() {
        outbox().close();

        assertThatThrownBy(() -> outbox().add(message("1", "anna")))
                .isInstanceOf(OutboxException.class)
                .hasMessageContaining("is closed");
    }

    private static List<LeasedMessage> lease(Outbox outbox, Instant now) {
        return outbox.lease("mirror", now, LEASE, 10);
    }

    private static OutboxMessage message(String id, String account) {
        return new OutboxMessage(id, "mirror", TokenKey.of("google", account), "event", Optional.empty(), "{}", NOON);
    }
}
