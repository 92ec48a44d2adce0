package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Origin;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Responses that were journaled on this host before the process or the store failed. */
class JournalRecoveryTest {

    @TempDir
    private Path folder;

    private Path journal = Path.of("unset");
    private final ManualClock clock = ManualClock.start();
    private final InMemoryTokenStore shared = new InMemoryTokenStore(clock);
    private final FaultyStore owners = FaultyStore.over(shared);
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock), shared);

    @BeforeEach
    void name() {
        journal = folder.resolve("journal");
    }

    @AfterEach
    void close() {
        owners.up();
        fixture.close();
    }

    @Test
    @Fault({"B2", "B4"})
    void aResponseThatOneProcessCouldNotSaveIsSavedByAnotherBeforeItCallsTheProvider() throws InterruptedException {
        Tokens failing = fixture.processOver(owners, builder -> builder.journal(journal));
        fixture.connectExpired(failing);
        AccessToken unsaved = refreshWhileTheStoreFails(failing);
        assertThat(unsaved.generation()).isEqualTo(2);
        assertThat(fixture.event(TokenEvent.RotationAtRisk.class).journaled()).isTrue();
        failing.close();
        assertThat(entries()).hasSize(1);
        assertThat(fixture.record(ANNA).generation()).isEqualTo(1);

        Tokens other = fixture.process(journal);
        assertThat(other.accessToken(ANNA)).isEqualTo(unsaved);
        assertThat(fixture.record(ANNA).generation()).isEqualTo(2);
        assertThat(entries()).isEmpty();
        assertThat(fixture.server.requests()).isEqualTo(1);
        clock.advance(LIFETIME.plusSeconds(1));
        assertThat(other.accessToken(ANNA).generation()).isEqualTo(3);
        fixture.server.assertNothingReused();
    }

    @Test
    @Fault("G3")
    void aJournaledResponseNeverRestoresADisconnectedAccount() {
        Tokens failing = fixture.processOver(owners, builder -> builder.journal(journal));
        fixture.connectExpired(failing);
        refreshWhileTheStoreFails(failing);
        failing.close();
        Tokens other = fixture.process(journal);
        assertThat(other.disconnect(ANNA)).isTrue();
        assertThat(failure(other).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(fixture.store.load(ANNA)).isEmpty();
        assertThat(entries()).isEmpty();
    }

    @Test
    @Fault("G1")
    void aJournaledResponseOfAnOlderConsentIsDropped() {
        Tokens failing = fixture.processOver(owners, builder -> builder.journal(journal));
        fixture.connectExpired(failing);
        refreshWhileTheStoreFails(failing);
        failing.close();
        Tokens other = fixture.process(journal);
        clock.advance(Duration.ofSeconds(1));
        other.connect(ANNA, fixture.server.consent("anna"));
        assertThat(other.accessToken(ANNA).generation()).isEqualTo(1);
        clock.advance(LIFETIME.plusSeconds(1));
        assertThat(other.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(entries()).isEmpty();
        fixture.server.assertNothingReused();
    }

    @Test
    @Fault("C17")
    void aJournaledResponseWithAnotherUsersTokensIsSetAsideAndNotSaved() {
        Tokens tokens = fixture.process(journal);
        tokens.connect(ANNA, fixture.server.consent("anna"));
        TokenRecord annas = savedWithSubject("user-1");
        journal(annas.next().generation(annas.generation() + 1).subject(Optional.of("user-2")));
        clock.advance(LIFETIME.plusSeconds(1));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(fixture.record(ANNA).subject()).contains("user-1");
        assertThat(entries()).isEmpty();
    }

    @Test
    void journalEntriesOfAnotherEnvironmentAreKept() {
        Tokens production = fixture.process(journal);
        production.connect(ANNA, fixture.server.consent("anna"));
        TokenRecord annas = fixture.record(ANNA);
        TokenRecord foreign = annas.toBuilder()
                .key(ANNA)
                .origin(new Origin("house", "staging", annas.origin().clientFingerprint()))
                .grant(new Grant("another-grant", annas.grant().consentedAt()))
                .generation(2)
                .uncertain(0)
                .build();
        journal(foreign.next());
        clock.advance(LIFETIME.plusSeconds(1));
        assertThat(production.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(entries()).as("the response of staging is kept for staging").hasSize(1);
    }

    @Test
    @Fault("B17")
    void aRotatingTokenIsNotSpentIfTheJournalCannotReserveASlot() throws IOException {
        Tokens tokens = fixture.process(builder -> builder.journal(journal).executor(Runnable::run));
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken valid = tokens.accessToken(ANNA);
        replaceByAFile(journal);
        clock.advance(LIFETIME.minusMinutes(2));
        assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
        clock.advance(LIFETIME);
        TokenException noSlot = failure(tokens);
        assertThat(noSlot.problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE);
        assertThat(noSlot.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(fixture.server.requests()).isZero();
    }

    @Test
    void aSuccessfulRefreshLeavesTheJournalEmpty() {
        Tokens tokens = fixture.process(journal);
        fixture.connectExpired(tokens);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(entries()).isEmpty();
    }

    private AccessToken refreshWhileTheStoreFails(Tokens tokens) {
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> call = fixture.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        assertThat(owners.calls(COMPARE_AND_SET)).isPositive();
        owners.down();
        gate.open();
        return get(call);
    }

    private TokenRecord savedWithSubject(String subject) {
        TokenRecord before = fixture.record(ANNA);
        TokenRecord after = before.next().subject(Optional.of(subject)).build(before.revision() ^ 1, clock.now());
        assertThat(shared.compareAndSet(ANNA, before.revision(), after)).isTrue();
        return after;
    }

    private void journal(TokenRecord.Builder response) {
        try (Journal.Slot slot = Journal.in(journal, "house", clock).reserve(ANNA)) {
            Journal.Entry entry = slot.write("a-claim", response.build(7, clock.now()));
            assertThat(entry.claimId()).isEqualTo("a-claim");
        }
    }

    private List<Journal.Entry> entries() {
        return Journal.in(journal, "house", clock).all();
    }

    private static void replaceByAFile(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        Files.createFile(folder);
    }
}
