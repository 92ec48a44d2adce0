package dev.evertoken;

import static dev.evertoken.ProvidersFixture.ANNA;
import static dev.evertoken.ProvidersFixture.BEN;
import static dev.evertoken.ProvidersFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.EngineHealth;
import dev.evertoken.spi.operations.EngineHealth.Backlog;
import dev.evertoken.spi.operations.EngineHealth.FailingOperation;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.StoreOperation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The health of an engine as data: from memory, and from a backlog that is read in the background. */
class HealthTest {

    private final ProvidersFixture providers = new ProvidersFixture();
    private final ManualClock clock = ManualClock.at(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final Tokens tokens =
            providers.open(providers.builder().store(store).timekeeper(clock).withoutJournal());

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        store.up();
        providers.close();
    }

    @Test
    void aStoreThatWorksIsUp() {
        providers.connectExpired(tokens, BEN);

        EngineHealth health = tokens.health();

        assertThat(health.at()).isEqualTo(clock.now());
        assertThat(health.store().isUp()).isTrue();
        assertThat(health.store().failing()).isEmpty();
        assertThat(health.clients()).extracting(ClientStatus::registration).containsExactly("acme", "google");
        assertThat(health.unsavedAccounts()).isZero();
        assertThat(health.droppedEvents()).isZero();
    }

    @Test
    void aStoreThatFailsIsDownSinceItsFirstFailureAndWithTheReason() {
        providers.connectExpired(tokens, BEN);
        store.down();
        failure(() -> tokens.accessToken(BEN));
        Instant since = clock.now();
        clock.advance(Duration.ofMinutes(1));
        failure(() -> tokens.accessToken(BEN));

        EngineHealth health = tokens.health();

        assertThat(health.store().isUp()).isFalse();
        assertThat(health.store().failingSince()).contains(since);
        assertThat(health.store().failing())
                .extracting(FailingOperation::operation, FailingOperation::since)
                .contains(tuple("load", since));
        assertThat(health.store().failing().get(0).detail()).contains("the store is down");
    }

    @Test
    void aStoreThatOnlyRefusesWritesIsUpWithAFailingOperation() {
        providers.connectExpired(tokens, BEN);
        store.next(StoreOperation.COMPARE_AND_SET).times(20).failBefore();
        failure(() -> tokens.accessToken(BEN));
        assertThat(tokens.operations().record(BEN)).isPresent();

        EngineHealth health = tokens.health();

        assertThat(health.store().isUp()).isTrue();
        assertThat(health.store().failing())
                .extracting(FailingOperation::operation)
                .containsExactly("save");
    }

    @Test
    void aStoreThatRefusesItsCallsIsShownWithTheReason() {
        Tokens refused = providers.open(providers.builder().store(new ForwardingTokenStore(store) {
            @Override
            public Optional<TokenRecord> load(TokenKey key) {
                throw TokenStoreException.refused("the user of the database may not read", new SecurityException());
            }
        }));

        assertThat(failure(() -> refused.accessToken(BEN)).problem()).isEqualTo(Problem.STORE_REFUSED);

        assertThat(refused.health().store().isUp()).isFalse();
        assertThat(refused.health().store().failing())
                .extracting(FailingOperation::operation, FailingOperation::detail)
                .containsExactly(tuple("load", "the user of the database may not read"));
    }

    @Test
    void aRefusedClientIsShownWithItsProblem() {
        providers.connectExpired(tokens, ANNA);
        providers.providers.rotating().onToken(MockResponse.json(401, "{\"error\":\"invalid_client\"}"));
        failure(() -> tokens.accessToken(ANNA));

        assertThat(tokens.health().clients().get(0).problem()).contains(Problem.CLIENT_REJECTED);
    }

    @Test
    void aRotationThatIsNotSavedIsCounted() {
        providers.connectExpired(tokens, ANNA);
        store.next(StoreOperation.COMPARE_AND_SET)
                .where(record -> record.generation() == 2)
                .times(100)
                .failBefore();

        tokens.accessToken(ANNA);

        assertThat(tokens.health().unsavedAccounts()).isOne();
    }

    @Test
    void theOldestOverdueAccountIsReadInTheBackgroundAndAtMostEveryTenSeconds() {
        providers.connectExpired(tokens, BEN);
        assertThat(tokens.health().backlog()).as("not read yet").isEmpty();
        until(() -> tokens.health().backlog().isPresent());
        int reads = store.calls(StoreOperation.DUE);
        Backlog read = tokens.health().backlog().orElseThrow();
        clock.advance(Duration.ofSeconds(9));

        EngineHealth health = tokens.health();

        Instant due = tokens.operations()
                .record(BEN)
                .orElseThrow()
                .lifetime()
                .schedule()
                .refreshAt();
        Duration overdue = Duration.between(due.truncatedTo(ChronoUnit.MILLIS), clock.now());
        assertThat(health.oldestOverdue()).contains(overdue);
        assertThat(health.backlog().orElseThrow().oldestOverdue("acme", clock.now()))
                .contains(Duration.ZERO);
        assertThat(health.backlog()).contains(read);
        assertThat(store.calls(StoreOperation.DUE)).isEqualTo(reads).isEqualTo(2);
        clock.advance(Duration.ofSeconds(1));
        until(() -> !tokens.health().backlog().orElseThrow().readAt().equals(read.readAt()));
    }

    @Test
    void aHangingStoreBlocksNoProbeAndOneReaderAtMost() {
        try (Checkpoint hanging = store.next(StoreOperation.DUE).holdBefore()) {
            assertThat(tokens.health().backlog()).isEmpty();
            hanging.awaitArrived();
            clock.advance(Duration.ofMinutes(1));

            for (int probe = 0; probe < 100; probe++) {
                assertThat(tokens.health().backlog()).isEmpty();
            }

            assertThat(store.calls(StoreOperation.DUE)).isOne();
        }
    }

    @Test
    void aFailingIndexIsAnUnknownBacklogAndTheNextReadShowsThatTheStoreIsBack() {
        store.down();
        until(() -> tokens.health().backlog().isPresent());
        assertThat(tokens.health().oldestOverdue()).isEmpty();
        assertThat(tokens.health().store().isUp()).isFalse();
        store.up();
        clock.advance(Duration.ofSeconds(10));

        until(() -> tokens.health().store().isUp());
    }

    @Test
    void aStoreWithoutAnIndexHasNoOldestOverdueAccount() {
        Tokens files = providers.open(
                providers.builder().store(new ForwardingTokenStore(FileTokenStore.open(folder, "bench"))));

        until(() -> files.health().backlog().isPresent());

        Backlog backlog = files.health().backlog().orElseThrow();
        assertThat(backlog.indexed()).isFalse();
        assertThat(backlog.oldestDue()).isEqualTo(Map.of());
        assertThat(backlog.unsavedOnHost()).isEqualTo(OptionalInt.of(0));
        assertThat(files.health().oldestOverdue()).isEqualTo(Optional.empty());
    }

    @Test
    void aClosedEngineHasNoHealth() {
        tokens.close();

        assertThatThrownBy(tokens::health).isInstanceOf(IllegalStateException.class);
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
