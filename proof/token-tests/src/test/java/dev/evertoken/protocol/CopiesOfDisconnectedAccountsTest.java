package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.Origin;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.store.StoredFiles;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens in the journal of a host, whose account is disconnected by this host or by another one. */
class CopiesOfDisconnectedAccountsTest {

    private static final Duration MONTH = Duration.ofDays(31);

    @TempDir
    private Path folder;

    private Path journal = Path.of("unset");
    private final ManualClock clock = ManualClock.start();
    private final InMemoryTokenStore store = new InMemoryTokenStore(clock);
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock), store);

    @BeforeEach
    void name() {
        journal = folder.resolve("journal");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("N12")
    void aDisconnectDeletesParkedAndTornEntriesOfItsAccountAlone() throws IOException {
        Tokens tokens = fixture.process(journal);
        fixture.connectExpired(tokens);
        TokenRecord record = fixture.record(ANNA);
        park(record);
        tear(record);
        TokenRecord ofStaging = record.toBuilder()
                .origin(new Origin("house", "staging", record.origin().clientFingerprint()))
                .build();
        park(ofStaging);

        assertThat(tokens.disconnect(ANNA)).isTrue();

        assertThat(files("torn")).isEmpty();
        assertThat(files("parked")).as("that of another environment").hasSize(1);
    }

    @Test
    @Fault("N12")
    void aDisconnectOfAnAccountThatAnotherHostHasDisconnectedDeletesTheCopiesOfThisHost() throws IOException {
        Tokens tokens = fixture.process(journal);
        fixture.connectExpired(tokens);
        TokenRecord record = fixture.record(ANNA);
        park(record);
        write(record.next().generation(2).build(7, clock.now()));
        assertThat(store.remove(ANNA, record.revision())).isTrue();

        assertThat(tokens.disconnect(ANNA)).isFalse();

        assertThat(files("parked")).isEmpty();
        assertThat(journal().all()).isEmpty();
        assertThat(StoredFiles.below(journal))
                .as("nothing of a settled response is left in its file")
                .isNotEmpty()
                .noneMatch(file -> content(file).contains("\"account\":\"" + ANNA.account() + "\""));
    }

    @Test
    @Fault("N12")
    void whatWasSetAsideIsDeletedAfterAMonthByAProcessThatRunsAllTheTime() throws IOException {
        Tokens tokens = fixture.process(journal);
        fixture.connectExpired(tokens);
        TokenRecord record = fixture.record(ANNA);
        TokenRecord bobs = ofBob(record);
        park(bobs);
        tear(bobs);
        clock.advance(Duration.ofDays(29));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(files("parked")).hasSize(1);
        assertThat(files("torn")).hasSize(1);

        clock.advance(Duration.ofDays(2));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(3);

        assertThat(files("parked")).isEmpty();
        assertThat(files("torn")).isEmpty();
    }

    @Test
    @Fault("N12")
    void whatWasSetAsideAMonthAgoIsDeletedAtTheStart() throws IOException {
        Tokens tokens = fixture.process(journal);
        fixture.connectExpired(tokens);
        TokenRecord bobs = ofBob(fixture.record(ANNA));
        park(bobs);
        tear(bobs);
        var unused = journal().consents().keep("a-round", "SAME_USER", bobs);
        clock.advance(MONTH);

        assertThat(fixture.process(journal).status(ANNA).key()).isEqualTo(ANNA);

        assertThat(files("parked")).isEmpty();
        assertThat(files("torn")).isEmpty();
        assertThat(files("consents")).isEmpty();
    }

    @Test
    @Fault("N12")
    void anOldResponseIsDroppedIfItsAccountIsGoneAndSavedOtherwise() {
        Tokens tokens = fixture.process(journal);
        fixture.connectExpired(tokens);
        TokenRecord record = fixture.record(ANNA);
        write(record.next().generation(2).build(7, clock.now()));
        write(ofBob(record));
        tokens.close();
        clock.advance(MONTH);

        Tokens next = fixture.process(journal);

        until(() -> journal().all().isEmpty());
        assertThat(fixture.record(ANNA).generation()).as("not lost").isEqualTo(2);
        assertThat(next.status(ANNA).unsaved()).isFalse();
    }

    @Test
    @Fault("N12")
    void aResponseOfTodayIsLeftToTheProcessThatReceivedIt() {
        Tokens tokens = fixture.process(journal);
        fixture.connectExpired(tokens);
        write(ofBob(fixture.record(ANNA)));

        Tokens next = fixture.process(journal);
        assertThat(next.accessToken(ANNA).generation()).isEqualTo(2);

        assertThat(journal().all()).hasSize(1);
    }

    private Journal journal() {
        return Journal.in(journal, "house", clock);
    }

    private void park(TokenRecord answered) {
        journal().park(write(answered));
    }

    private Journal.Entry write(TokenRecord answered) {
        try (Journal.Slot slot = journal().reserve(answered.key())) {
            return slot.write("a-claim", answered);
        }
    }

    /** Leaves what a process leaves that is killed while it writes an entry, after the next one has set it aside. */
    private void tear(TokenRecord answered) throws IOException {
        Journal.Entry entry = write(answered);
        journal().delete(entry);
        String ended = entry.id().replaceFirst("-[0-9a-f]{16}-", "-0123456789abcdef-");
        Files.writeString(
                journal.resolve("house/journal/entries/" + ended + ".entry"), "evertoken journal 1\nunfinished");
        assertThat(journal().isDurable()).isTrue();
        assertThat(files("torn")).isNotEmpty();
    }

    private static TokenRecord ofBob(TokenRecord record) {
        TokenKey bob = TokenKey.of(ANNA.registration(), "bob");
        return record.toBuilder().key(bob).build();
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> files(String kind) {
        try {
            return StoredFiles.below(journal).stream()
                    .filter(file -> file.getParent().endsWith(kind))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
