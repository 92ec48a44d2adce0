package dev.evertoken.background;

import static dev.evertoken.background.BackgroundFixture.HOUR;
import static dev.evertoken.background.BackgroundFixture.MINUTE;
import static dev.evertoken.background.BackgroundFixture.acme;
import static dev.evertoken.background.BackgroundFixture.meta;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the due index and a record differ, the record counts, and the audit repairs the index. */
class IndexAuditTest {

    @TempDir
    private Path folder;

    private final BackgroundFixture fixture = new BackgroundFixture(store -> store);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("J9")
    void lostHintsAreWrittenAgainByTheAuditAndOutdatedOnesAreRemoved() throws IOException {
        try (FileTokenStore files = FileTokenStore.open(folder, "house", fixture.clock)) {
            Tokens tokens = fixture.tokens(builder -> builder.store(files));
            fixture.connect(tokens, 3);
            tokens.connect(meta(0), fixture.meta.consent());
            Path hints = files.folder().resolve("house").resolve("due");
            List<Path> before = filesIn(hints);
            deleteAll(hints);
            BackgroundRefresh background = BackgroundRefresh.builder(tokens).build();

            assertThat(fixture.runBriefly(background).audited()).isEqualTo(4);

            assertThat(filesIn(hints)).isEqualTo(before);
            Path alice = before.stream()
                    .filter(file -> file.toString().endsWith("acme@account-0"))
                    .findFirst()
                    .orElseThrow();
            Path outdated = alice.resolveSibling(
                    "8000000000000001" + alice.getFileName().toString().substring(16));
            Files.createFile(outdated);
            tokens.accessToken(acme(0));
            SweepReport report = fixture.runBriefly(background);
            assertThat(report.notDue()).isEqualTo(1);
            assertThat(report.refreshed()).isZero();
            assertThat(filesIn(hints)).isEqualTo(before);
        }
    }

    @Test
    @Fault("J9")
    void anAccountThatTheIndexDoesNotListIsFoundByTheAudit() {
        BackgroundFixture hidden = new BackgroundFixture(HiddenIndex::new);
        try {
            Tokens tokens = hidden.tokens();
            hidden.connect(tokens, 3);
            hidden.clock.advance(HOUR);
            BackgroundRefresh background = BackgroundRefresh.builder(tokens)
                    .refreshIdle()
                    .auditReads(2)
                    .build();

            SweepReport first = hidden.runOnce(background);
            hidden.clock.advance(MINUTE);
            SweepReport second = hidden.runOnce(background);

            assertThat(first.audited()).isEqualTo(2);
            assertThat(first.refreshed()).isEqualTo(2);
            assertThat(second.refreshed()).isEqualTo(1);
        } finally {
            hidden.close();
        }
    }

    private static List<Path> filesIn(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void deleteAll(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A due index that has lost all accounts. */
    private static final class HiddenIndex extends ForwardingTokenStore implements DueIndex {

        HiddenIndex(TokenStore store) {
            super(store);
        }

        @Override
        public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
            return List.of();
        }

        @Override
        public Optional<Instant> oldestDue(String registration) {
            return Optional.empty();
        }
    }
}
