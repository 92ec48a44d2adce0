package dev.evertoken;

import static dev.evertoken.ConsentFixture.ANNA;
import static dev.evertoken.ConsentFixture.failure;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.journal.ConsentJournal;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.operations.SealedSecrets;
import dev.evertoken.spi.operations.SealedSecrets.Place;
import dev.evertoken.spi.operations.SealedSecrets.Seal;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.testing.Checkpoint;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New consents that the store refuses: they are kept, also beyond the end of their process, and saved sparingly. */
class KeptConsentsTest {

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    @TempDir
    private Path temporary;

    private final ConsentFixture fixture = new ConsentFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("L3")
    void aStoreThatRefusesAConsentIsCalledAFewTimesOnly() throws InterruptedException {
        Tokens tokens = fixture.process();
        URI callback = fixture.approved(tokens, ANNA, "anna");
        fixture.store.next(COMPARE_AND_SET).times(1_000).failBefore();
        failure(Problem.STORE_UNAVAILABLE, () -> tokens.completeAuthorization(callback));
        assertThat(fixture.event(TokenEvent.RotationAtRisk.class).journaled()).isFalse();

        for (int tenths = 0; tenths < 60; tenths++) {
            fixture.clock.awaitTimers(1); // the attempt that is running ends with a timer for the next one
            fixture.later(Duration.ofMillis(100));
        }

        assertThat(connections()).as("in 6 seconds").isLessThanOrEqualTo(12);
    }

    @Test
    @Fault("L3")
    void theNextProcessOfTheHostSavesAConsentThatItsProcessCouldNotSave() throws InterruptedException {
        Tokens first = onHost();
        refused(first);
        assertThat(fixture.event(TokenEvent.RotationAtRisk.class).journaled()).isTrue();
        first.close();
        assertThat(kept().first().secrets()).isInstanceOf(SecretPart.Envelope.class);
        fixture.store.up();

        Tokens next = onHost();

        assertThat(fixture.event(TokenEvent.Connected.class).key()).isEqualTo(ANNA);
        assertThat(next.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(next.accessToken(ANNA).generation()).isEqualTo(1);
        until(() -> consents().unattended().isEmpty());
    }

    @Test
    @Fault("O7")
    void aKeptConsentIsListedWithItsKey() {
        Tokens first = onHost();
        refused(first);
        fixture.store.up();

        try (Stream<SealedSecrets> all = first.operations().sealedSecrets()) {
            assertThat(all)
                    .containsExactly(new SealedSecrets(ANNA, Place.JOURNAL_CONSENT, Optional.of("k7"), Seal.CURRENT));
        }
    }

    @Test
    @Fault("L3")
    void theSameRedirectCanBeCompletedAgainInTheNextProcess() {
        Tokens first = onHost();
        URI callback = refused(first);
        first.close();
        Tokens next = onHost();

        TokenException still = failure(Problem.STORE_UNAVAILABLE, () -> next.completeAuthorization(callback));
        assertThat(still.detail())
                .endsWith("the tokens of the new consent are kept in the journal until they are saved");
        fixture.store.up();

        assertThat(next.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(consents().unattended()).isEmpty();
    }

    @Test
    @Fault("L3")
    void aDisconnectInAnotherProcessOfTheHostEndsAConsent() {
        Tokens first = onHost();
        Tokens second = onHost();
        refused(first);
        fixture.store.up();

        assertThat(second.disconnect(ANNA)).isFalse();
        fixture.later(LONGEST_PAUSE);

        assertThat(consents().unattended()).isEmpty();
        first.close();
        assertThat(fixture.store.load(ANNA)).isEmpty();
    }

    @Test
    @Fault("L3")
    void aConsentThatIsADayOldEndsWithAnEventInTheNextProcess() throws InterruptedException {
        Tokens first = onHost();
        refused(first);
        first.close();
        fixture.later(Duration.ofHours(24).plusMillis(1));
        fixture.store.up();

        Tokens unused = onHost();

        assertThat(fixture.event(TokenEvent.ConsentLost.class).key()).isEqualTo(ANNA);
        assertThat(consents().unattended()).isEmpty();
        assertThat(fixture.store.load(ANNA)).isEmpty();
    }

    @Test
    @Fault("L3")
    void aConsentOfAnotherEnvironmentIsLeftToItsProcesses() throws InterruptedException {
        Tokens first = onHost();
        refused(first);
        first.close();
        fixture.store.up();

        Tokens staging = fixture.process(builder -> builder.encryption(ConsentFixture.ring(7))
                .environment("staging")
                .journal(temporary.resolve("journal")));
        staging.close();
        assertThat(fixture.store.load(ANNA)).isEmpty();
        assertThat(consents().unattended()).hasSize(1);

        Tokens unused = onHost();
        assertThat(fixture.event(TokenEvent.Connected.class).key()).isEqualTo(ANNA);
    }

    @Test
    @Fault("L3")
    void closingWaitsForTheAttemptThatIsRunningAndNothingFollows() {
        Tokens tokens = onHost();
        refused(tokens);
        fixture.store.up();
        Checkpoint saving = fixture.store.next(COMPARE_AND_SET).holdBefore();
        fixture.later(Duration.ofSeconds(2));
        saving.awaitArrived();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(tokens::close);
        fixture.clock.awaitWaits(1);
        assertThat(closing).isNotDone();
        saving.release();
        closing.orTimeout(20, TimeUnit.SECONDS).join();

        assertThat(fixture.store.load(ANNA)).isPresent();
        int calls = connections();
        fixture.later(Duration.ofDays(2));
        assertThat(connections()).isEqualTo(calls);
    }

    private Tokens onHost() {
        return fixture.process(
                builder -> builder.encryption(ConsentFixture.ring(7)).journal(temporary.resolve("journal")));
    }

    /** Has a user consent while the store is down, and returns the redirect. */
    private URI refused(Tokens tokens) {
        URI callback = fixture.approved(tokens, ANNA, "anna");
        fixture.store.down();
        failure(Problem.STORE_UNAVAILABLE, () -> tokens.completeAuthorization(callback));
        return callback;
    }

    private int connections() {
        return fixture.store.calls(LOAD) + fixture.store.calls(COMPARE_AND_SET);
    }

    private ConsentJournal consents() {
        return Journal.in(temporary.resolve("journal"), "consents", fixture.clock)
                .consents();
    }

    private ConsentJournal.KeptConsent kept() {
        return consents().unattended().get(0);
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
