package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Reseal.Progress;
import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.ResealReport;
import dev.evertoken.model.ResealReport.Outcome;
import dev.evertoken.model.TokenKey;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.operations.SealedSecrets;
import dev.evertoken.spi.operations.SealedSecrets.Place;
import dev.evertoken.spi.operations.SealedSecrets.Seal;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Claim.Phase;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that are sealed again with a new key while applications use them. */
class ResealTest {

    private static final KeyRing OLD = KeyRing.of("old", bytes(1));
    private static final KeyRing READING = parsed("old", 1, "new", 2);
    private static final KeyRing ROTATED = OLD.rotatedTo("new", bytes(2));
    private static final KeyRing NEW = KeyRing.of("new", bytes(2));

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final AuthorizationServer server = new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock);
    private final ProtocolFixture fixture = new ProtocolFixture(clock, server, store);

    @AfterEach
    void close() {
        store.up();
        fixture.close();
    }

    @Test
    @Fault("O7")
    void everyRecordIsSealedWithTheFirstKeyAndNothingElseOfItChanges() {
        List<TokenKey> keys = connect(with(OLD), 20);
        List<TokenRecord> before = keys.stream().map(fixture::record).toList();
        Tokens tokens = with(ROTATED);
        assertThat(seals(tokens)).containsOnly(Seal.EARLIER).hasSize(20);
        clock.advance(Duration.ofMinutes(1));
        List<Progress> steps = new ArrayList<>();

        ResealReport report = tokens.reseal().onProgress(steps::add).run();

        assertThat(report.isComplete()).isTrue();
        assertThat(report.counts()).containsOnlyKeys(Outcome.RESEALED);
        assertThat(report.count(Outcome.RESEALED)).isEqualTo(20);
        assertThat(steps).extracting(Progress::done).startsWith(1L, 2L, 3L).endsWith(20L);
        for (TokenRecord old : before) {
            TokenRecord now = fixture.record(old.key());
            assertThat(keyId(now)).isEqualTo("new");
            assertThat(now.origin().clientFingerprint()).startsWith("hmac:new:");
            assertThat(now.refreshTokenFingerprint().orElseThrow()).startsWith("hmac:new:");
            assertThat(now.revision()).isNotEqualTo(old.revision());
            assertThat(now.toBuilder()
                            .revision(old.revision())
                            .origin(old.origin())
                            .refreshTokenFingerprint(old.refreshTokenFingerprint())
                            .secrets(old.secrets())
                            .build())
                    .isEqualTo(old);
        }
        assertThat(seals(tokens)).containsOnly(Seal.CURRENT);
    }

    @Test
    @Fault("O7")
    void afterARunTheOldKeyCanLeaveTheRing() {
        TokenKey key = connect(with(OLD), 1).get(0);
        with(ROTATED).reseal().run();

        Tokens without = with(NEW);

        assertThat(seals(without)).containsExactly(Seal.CURRENT);
        refreshes(without, key);
    }

    @Test
    @Fault("O7")
    void aSecondRunWritesOnlyWhatAnInterruptedOneHasLeft() {
        connect(with(OLD), 20);
        Tokens tokens = with(ROTATED);
        int before = store.calls(COMPARE_AND_SET);

        assertThatThrownBy(() -> tokens.reseal()
                        .onProgress(step -> {
                            if (step.done() == 7) {
                                throw new IllegalStateException("the operator has had enough");
                            }
                        })
                        .run())
                .hasMessage("the operator has had enough");
        ResealReport second = tokens.reseal().run();
        ResealReport third = tokens.reseal().run();

        assertThat(second.count(Outcome.ALREADY_CURRENT)).isEqualTo(7);
        assertThat(second.count(Outcome.RESEALED)).isEqualTo(13);
        assertThat(third.count(Outcome.ALREADY_CURRENT)).isEqualTo(20);
        assertThat(store.calls(COMPARE_AND_SET) - before).isEqualTo(20);
    }

    @Test
    @Fault("O7")
    void anInterruptedThreadEndsTheRunBetweenTwoRecords() {
        connect(with(OLD), 5);
        ResealReport report;
        try {
            report = with(ROTATED)
                    .reseal()
                    .onProgress(step -> Thread.currentThread().interrupt())
                    .run();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(report.reachedAll()).isFalse();
        assertThat(report.isComplete()).isFalse();
        assertThat(report.count(Outcome.RESEALED)).isEqualTo(1);
    }

    @Test
    @Fault("O7")
    void applicationsThatHaveReadTheOldRevisionContinue() {
        Tokens other = with(READING);
        TokenKey key = connect(other, 1).get(0);
        clock.advance(LIFETIME.plusSeconds(1));
        Checkpoint claim = store.next(COMPARE_AND_SET).holdBefore();
        CompletableFuture<Long> refresh =
                fixture.async(() -> other.accessToken(key).generation());
        claim.awaitArrived();

        assertThat(with(ROTATED).reseal().run().count(Outcome.RESEALED)).isEqualTo(1);
        claim.release();

        assertThat(get(refresh)).isEqualTo(2);
        refreshes(other, key);
        server.assertNothingReused();
    }

    @Test
    @Fault("O7")
    void anAccountWhoseTokenIsCachedStaysUsableWithoutACall() {
        Tokens tokens = with(ROTATED);
        TokenKey key = connect(with(OLD), 1).get(0);
        String value = tokens.accessToken(key).value().reveal();

        tokens.reseal().run();

        assertThat(tokens.accessToken(key).value().reveal()).isEqualTo(value);
        assertThat(server.requests()).isZero();
    }

    @Test
    @Fault("O7")
    void anAccountThatIsBeingRefreshedIsTriedAgainAtTheEnd() {
        Tokens other = with(OLD);
        List<TokenKey> keys = connect(other, 3);
        clock.advance(LIFETIME.plusSeconds(1));
        Gate gate = server.holdNextBefore();
        CompletableFuture<Long> refresh =
                fixture.heldAt(gate, () -> other.accessToken(keys.get(0)).generation());
        List<TokenKey> order = new ArrayList<>();

        CompletableFuture<ResealReport> run = fixture.async(() -> with(ROTATED)
                .reseal()
                .onProgress(step -> {
                    order.add(step.row().key());
                    if (order.size() == 2) {
                        gate.open();
                    }
                })
                .run());
        assertThat(get(refresh)).isEqualTo(2);
        ResealReport report = fixture.drive(run, 1);

        assertThat(report.isComplete()).isTrue();
        assertThat(order).hasSize(3).endsWith(keys.get(0));
        assertThat(keyId(fixture.record(keys.get(0)))).isEqualTo("new");
        assertThat(fixture.record(keys.get(0)).generation()).isEqualTo(2);
        refreshes(with(NEW), keys.get(0));
    }

    @Test
    @Fault("O7")
    void anAccountThatStaysClaimedIsReportedAndLeftAsItIs() {
        TokenKey key = connect(with(OLD), 1).get(0);
        TokenRecord stored = fixture.record(key);
        Claim peers =
                new Claim("peers", "process 7", Duration.ofHours(1), clock.now().plusSeconds(3600), Phase.SENT);
        store.compareAndSet(key, stored.revision(), stored.next().claim(peers).build(77, clock.now()));

        ResealReport report =
                fixture.drive(fixture.async(() -> with(ROTATED).reseal().run()), 1);

        assertThat(report.unsettled()).extracting(ResealReport.Row::outcome).containsExactly(Outcome.BUSY);
        assertThat(report.isComplete()).isFalse();
        assertThat(fixture.record(key).revision()).isEqualTo(77);
    }

    @Test
    @Fault("O7")
    void clearTextIsSealedWhereItIsAcceptedAndReportedWhereNot() {
        TokenKey key = connect(fixture.process(), 1).get(0);
        Tokens strict = with(NEW);
        assertThat(seals(strict)).containsExactly(Seal.CLEAR_TEXT);

        ResealReport refused = strict.reseal().run();
        assertThat(refused.unsettled())
                .singleElement()
                .satisfies(
                        row -> assertThat(row.problem().orElseThrow().problem()).isEqualTo(Problem.RECORD_UNREADABLE));
        assertThat(fixture.record(key).secrets()).isInstanceOf(SecretPart.Clear.class);

        Tokens lenient = fixture.process(
                builder -> builder.encryption(NEW).allowClearText().withoutJournal());
        assertThat(lenient.reseal().run().count(Outcome.RESEALED)).isEqualTo(1);
        refreshes(strict, key);
    }

    @Test
    @Fault("O7")
    void aStoreThatKeepsClearTextKeepsIt() {
        ForwardingTokenStore columns = new ForwardingTokenStore(store) {
            @Override
            public boolean keepsClearText(TokenKey key) {
                return true;
            }
        };
        Tokens tokens = fixture.processOver(
                columns, builder -> builder.encryption(ROTATED).withoutJournal());
        TokenKey key = connect(tokens, 1).get(0);

        ResealReport report = tokens.reseal().run();

        assertThat(report.counts()).containsOnlyKeys(Outcome.KEPT_CLEAR);
        assertThat(report.isComplete()).isTrue();
        assertThat(seals(tokens)).containsExactly(Seal.KEPT_CLEAR);
        assertThat(fixture.record(key).secrets()).isInstanceOf(SecretPart.Clear.class);
    }

    @Test
    @Fault("O7")
    void recordsThatCannotBeSealedAgainAreCountedWithTheirReasons() {
        TokenKey lost = connect(with(KeyRing.of("lost", bytes(9))), 1).get(0);
        TokenKey damaged = TokenKey.of("acme", "damaged");
        TokenKey newer = TokenKey.of("acme", "newer");
        TokenKey other = TokenKey.of("acme", "other");
        fixture.process(builder -> builder.environment("stage").encryption(OLD).withoutJournal())
                .connect(other, server.consent("other"));
        Tokens tokens = fixture.processOver(
                withUnreadable(damaged, newer),
                builder -> builder.encryption(ROTATED).withoutJournal());

        ResealReport report = tokens.reseal().run();

        assertThat(report.count(Outcome.OTHER_APPLICATION)).isEqualTo(1);
        assertThat(report.unsettled())
                .extracting(row ->
                        row.key().account() + " " + row.problem().orElseThrow().problem())
                .containsExactlyInAnyOrder(
                        lost.account() + " RECORD_UNREADABLE", "damaged RECORD_UNREADABLE", "newer RECORD_TOO_NEW");
        assertThat(report.isComplete()).isFalse();
        assertThat(seals(tokens))
                .containsExactlyInAnyOrder(Seal.UNKNOWN_KEY, Seal.OTHER_APPLICATION, Seal.UNREADABLE, Seal.UNREADABLE);
    }

    @Test
    @Fault("O7")
    void aStoreThatFailsForOneAccountKeepsTheOthersFromNothing() {
        List<TokenKey> keys = connect(with(OLD), 5);
        store.next(COMPARE_AND_SET)
                .where(next -> next.key().equals(keys.get(2)))
                .times(1_000)
                .failBefore();

        ResealReport report =
                fixture.drive(fixture.async(() -> with(ROTATED).reseal().run()), 1);

        assertThat(report.count(Outcome.RESEALED)).isEqualTo(4);
        assertThat(report.unsettled()).extracting(ResealReport.Row::key).containsExactly(keys.get(2));
        assertThat(report.reachedAll()).isTrue();
    }

    @Test
    @Fault("O7")
    void aStoreThatStaysUnavailableEndsTheRunWhichContinuesLater() {
        connect(with(OLD), 60);
        Tokens tokens = with(ROTATED);

        ResealReport stopped = fixture.drive(
                fixture.async(
                        () -> tokens.reseal().onProgress(step -> store.down()).run()),
                1);
        assertThat(stopped.isComplete()).isFalse();
        assertThat(stopped.count(Outcome.RESEALED)).isEqualTo(1);
        assertThat(stopped.stoppedBy().orElseThrow().problem()).isEqualTo(Problem.STORE_UNAVAILABLE);

        store.up();
        assertThat(tokens.reseal().run().count(Outcome.RESEALED)).isEqualTo(59);
    }

    @Test
    @Fault("O7")
    void aShortOutageIsWaitedFor() {
        connect(with(OLD), 4);
        store.next(LOAD).times(6).failBefore();

        ResealReport report =
                fixture.drive(fixture.async(() -> with(ROTATED).reseal().run()), 1);

        assertThat(report.isComplete()).isTrue();
        assertThat(report.count(Outcome.RESEALED)).isEqualTo(4);
    }

    @Test
    @Fault("O7")
    void manyAccountsAreReadOneAfterTheOtherAndAReportNamesTheFirstOnes() {
        int accounts = 10_000;
        AtomicLong listed = new AtomicLong();
        ForwardingTokenStore large = new ForwardingTokenStore(store) {
            @Override
            public Stream<TokenKey> keys() {
                return Stream.iterate(0, i -> i < accounts, i -> i + 1)
                        .peek(i -> listed.incrementAndGet())
                        .map(i -> TokenKey.of("acme", "many-" + i));
            }

            @Override
            public Optional<TokenRecord> load(TokenKey key) {
                throw new UnreadableRecordException(key, Reason.CORRUPT, "is torn", null);
            }
        };
        Tokens tokens = fixture.processOver(
                large, builder -> builder.encryption(ROTATED).withoutJournal());
        AtomicLong ahead = new AtomicLong();

        ResealReport report = tokens.reseal()
                .onProgress(step -> ahead.accumulateAndGet(listed.get() - step.done(), Math::max))
                .run();

        assertThat(report.count(Outcome.FAILED)).isEqualTo(accounts);
        assertThat(report.unsettled()).hasSize(ResealReport.MOST_ROWS);
        assertThat(ahead.get()).as("accounts listed in advance").isLessThanOrEqualTo(2);
    }

    @Test
    @Fault("O7")
    void tokensThatACostlyStoreDoesNotHaveYetAreSealedAndSaved() {
        FaultyStore costly = FaultyStore.over(new CostlyStore(clock));
        AuthorizationServer google = new AuthorizationServer(RefreshModel.STATIC, Reuse.SOFT, clock);
        try (ProtocolFixture other = new ProtocolFixture(clock, google, costly)) {
            Tokens old = other.process(builder -> builder.encryption(OLD).withoutJournal());
            other.connectExpired(old);
            Tokens tokens = other.process(builder -> builder.encryption(ROTATED).withoutJournal());
            tokens.accessToken(ANNA);
            clock.advance(LIFETIME.plusSeconds(1));
            String value = tokens.accessToken(ANNA).value().reveal();
            assertThat(other.record(ANNA).generation()).as("saved").isEqualTo(2);

            assertThat(tokens.reseal().run().count(Outcome.RESEALED)).isEqualTo(1);

            assertThat(keyId(other.record(ANNA))).isEqualTo("new");
            Tokens without = other.process(builder -> builder.encryption(NEW).withoutJournal());
            assertThat(without.accessToken(ANNA).value().reveal()).isEqualTo(value);
            assertThat(google.requests()).isEqualTo(2);
        }
    }

    @Test
    @Fault("O7")
    void theCopiesOfAChainFollow() {
        InMemoryTokenStore near = new InMemoryTokenStore(clock);
        try (TieredTokenStore chain = TieredTokenStore.of("authority", store)
                .fallback("near", near)
                .withoutInitialReconcile()
                .timekeeper(clock)
                .open()) {
            Tokens old = fixture.processOver(
                    chain, builder -> builder.encryption(OLD).withoutJournal());
            TokenKey key = connect(old, 1).get(0);
            until(() -> near.load(key).isPresent());

            fixture.processOver(chain, builder -> builder.encryption(ROTATED).withoutJournal())
                    .reseal()
                    .run();

            until(() -> keyId(near.load(key).orElseThrow()).equals("new"));
            assertThat(keyId(fixture.record(key))).isEqualTo("new");
        }
    }

    @Test
    @Fault("O7")
    void whatTheJournalOfThisHostKeepsIsListedAndSealedAgainWhenItIsSaved(@TempDir Path folder) {
        Path journal = folder.resolve("journal");
        Tokens failing = fixture.process(builder -> builder.encryption(OLD).journal(journal));
        TokenKey key = connect(failing, 1).get(0);
        clock.advance(LIFETIME.plusSeconds(1));
        Gate gate = server.holdNextAfter();
        CompletableFuture<Long> refresh =
                fixture.heldAt(gate, () -> failing.accessToken(key).generation());
        store.down();
        gate.open();
        assertThat(get(refresh)).isEqualTo(2);
        failing.close();
        store.up();

        Tokens tokens = fixture.process(builder -> builder.encryption(ROTATED).journal(journal));
        try (Stream<SealedSecrets> all = tokens.operations().sealedSecrets()) {
            assertThat(all)
                    .containsExactly(
                            new SealedSecrets(key, Place.STORE, Optional.of("old"), Seal.EARLIER),
                            new SealedSecrets(key, Place.JOURNAL, Optional.of("old"), Seal.EARLIER));
        }
        assertThat(fixture.drive(fixture.async(() -> tokens.reseal().run()), 1).count(Outcome.RESEALED))
                .isEqualTo(1);

        assertThat(seals(tokens)).containsExactly(Seal.CURRENT);
        assertThat(fixture.record(key).generation()).isEqualTo(2);
        server.assertNothingReused();
    }

    @Test
    void withoutAKeyRingThereIsNothingToSealWith() {
        Tokens open = fixture.process();

        assertThatThrownBy(() -> open.reseal().run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("there is no key to seal the records with; set a key ring");
    }

    @Test
    void onlyTheSelectedAccountsAreSealedAgain() {
        List<TokenKey> keys = connect(with(OLD), 3);

        with(ROTATED).reseal().accounts(keys.get(1)::equals).run();

        assertThat(keys).extracting(key -> keyId(fixture.record(key))).containsExactly("old", "new", "old");
    }

    @Test
    @Fault({"I7", "O7"})
    void aClientWithAnotherIdIsStillRecognizedAfterTheOldKeyHasLeft() {
        TokenKey key = connect(with(OLD), 1).get(0);
        with(ROTATED).reseal().run();
        try (Tokens stranger = Tokens.builder()
                .namespace("house")
                .store(store)
                .timekeeper(clock)
                .withoutJournal()
                .provider(server)
                .client("acme", ClientRegistration.of("another-client", TestTokens.clientSecret()))
                .encryption(NEW)
                .build()) {
            assertThat(failure(() -> stranger.accessToken(key)).problem()).isEqualTo(Problem.CLIENT_MISMATCH);
        }
    }

    private Tokens with(KeyRing keys) {
        return fixture.process(builder -> builder.encryption(keys).withoutJournal());
    }

    private List<TokenKey> connect(Tokens tokens, int accounts) {
        List<TokenKey> keys = new ArrayList<>();
        for (int i = 0; i < accounts; i++) {
            TokenKey key = TokenKey.of("acme", "user-" + i);
            tokens.connect(key, server.consent(key.account()));
            keys.add(key);
        }
        return keys;
    }

    private void refreshes(Tokens tokens, TokenKey key) {
        long before = fixture.record(key).generation();
        clock.advance(LIFETIME.plusSeconds(1));
        assertThat(tokens.accessToken(key).generation()).isEqualTo(before + 1);
    }

    private static List<Seal> seals(Tokens tokens) {
        try (Stream<SealedSecrets> all = tokens.operations().sealedSecrets()) {
            return all.map(SealedSecrets::seal).toList();
        }
    }

    private static String keyId(TokenRecord record) {
        return ((SecretPart.Envelope) record.secrets()).keyId();
    }

    private ForwardingTokenStore withUnreadable(TokenKey damaged, TokenKey newer) {
        return new ForwardingTokenStore(store) {
            @Override
            public Stream<TokenKey> keys() {
                return Stream.concat(super.keys(), Stream.of(damaged, newer));
            }

            @Override
            public Optional<TokenRecord> load(TokenKey key) {
                if (Set.of(damaged, newer).contains(key)) {
                    throw new UnreadableRecordException(
                            key, key.equals(newer) ? Reason.NEWER_FORMAT : Reason.CORRUPT, "is not readable", null);
                }
                return super.load(key);
            }
        };
    }

    private static byte[] bytes(int filling) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) filling);
        return key;
    }

    /** Returns a ring that seals with the first key. */
    private static KeyRing parsed(String first, int one, String second, int two) {
        return KeyRing.of(second, bytes(two)).rotatedTo(first, bytes(one));
    }
}
