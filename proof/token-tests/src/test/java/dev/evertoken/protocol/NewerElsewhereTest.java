package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.store.tiered.TieredTokenStoreBuilder;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fallback has a newer record than the authority, such as after a crash, an outage, or a restored backup. */
class NewerElsewhereTest {

    @TempDir
    private Path folder;

    private final ManualClock clock = ManualClock.start();
    private final TokenStore shared = new InMemoryTokenStore(clock);
    private final List<ChainFixture> chains = new ArrayList<>();
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock), shared);

    @AfterEach
    void close() {
        chains.forEach(ChainFixture::repair);
        fixture.close();
        chains.forEach(ChainFixture::close);
    }

    /** Returns the chain of one process over the shared authority in files, with two fallbacks. */
    private ChainFixture chain(TokenStore near) {
        TokenStore authority = FileTokenStore.open(folder.resolve("authority"), "house", clock);
        ChainFixture chain = new ChainFixture(
                clock,
                authority,
                near,
                new InMemoryTokenStore(clock),
                TieredTokenStoreBuilder::withoutInitialReconcile);
        chains.add(chain);
        return chain;
    }

    private TokenStore disk(String name) {
        return FileTokenStore.open(folder.resolve(name), "house", clock);
    }

    private static Tokens process(ProtocolFixture fixture, ChainFixture chain) {
        return fixture.processOver(chain.store, TokensBuilder::withoutJournal);
    }

    private static void rollBackTo(TokenStore authority, TokenRecord old) {
        assertThat(authority.remove(ANNA, authority.load(ANNA).orElseThrow().revision()))
                .isTrue();
        assertThat(authority.compareAndSet(ANNA, TokenStore.ABSENT, old)).isTrue();
    }

    /** Requests a token while the authority fails between the response and its saving. */
    private AccessToken refreshWhileTheAuthorityFails(Tokens tokens, ChainFixture chain) {
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> call = fixture.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        chain.authority.down();
        gate.open();
        return ProtocolFixture.get(call);
    }

    @Test
    @Fault({"F5", "B4"})
    void anUnsavedResponseOfAnEndedProcessIsFoundInASharedFallback() {
        ChainFixture first = chain(disk("disk"));
        Tokens ended = process(fixture, first);
        first.connectExpired(fixture, ended);
        AccessToken unsaved = refreshWhileTheAuthorityFails(ended, first);
        assertThat(unsaved.generation()).isEqualTo(2);
        assertThat(first.in(first.authorityItself).orElseThrow().generation()).isEqualTo(1);
        assertThat(first.in(first.nearItself).orElseThrow().generation()).isEqualTo(2);

        ChainFixture other = chain(disk("disk"));
        Tokens tokens = process(fixture, other);
        assertThat(other.eventually(fixture, () -> tokens.accessToken(ANNA))).isEqualTo(unsaved);
        assertThat(other.in(other.authorityItself).orElseThrow().generation()).isEqualTo(2);
        assertThat(fixture.server.requests()).isEqualTo(1);
        clock.advance(LIFETIME.plusSeconds(1));
        assertThat(other.eventually(fixture, () -> tokens.accessToken(ANNA)).generation())
                .isEqualTo(3);
        fixture.server.assertNothingReused();
    }

    @Test
    @Fault("F5")
    void theReconcileAtOpeningSavesTheUnsavedResponseOfAnEarlierProcess() {
        ChainFixture first = chain(disk("disk"));
        Tokens ended = process(fixture, first);
        first.connectExpired(fixture, ended);
        refreshWhileTheAuthorityFails(ended, first);

        ChainFixture next = new ChainFixture(
                clock, disk("authority"), disk("disk"), new InMemoryTokenStore(clock), builder -> builder);
        chains.add(next);
        next.untilCopiesMatch();

        assertThat(next.in(next.authorityItself).orElseThrow().generation()).isEqualTo(2);
        assertThat(next.in(next.farItself).orElseThrow().generation()).isEqualTo(2);
    }

    @Test
    @Fault("B18")
    void afterARestoredBackupTheNewerCopyIsUsedBeforeTheSpentTokenIsSent() throws InterruptedException {
        ChainFixture chain = chain(disk("disk"));
        Tokens before = process(fixture, chain);
        chain.connectExpired(fixture, before);
        TokenRecord backup = chain.in(chain.authorityItself).orElseThrow();
        before.accessToken(ANNA);
        chain.untilCopiesMatch();
        rollBackTo(chain.authorityItself, backup);

        Tokens restarted = process(fixture, chain(disk("disk")));
        clock.advance(LIFETIME.plusSeconds(1));
        AccessToken third = chain.eventually(fixture, () -> restarted.accessToken(ANNA));

        assertThat(third.generation()).isEqualTo(3);
        assertThat(fixture.server.secondPresentations())
                .as("each token is presented once")
                .isZero();
        fixture.server.assertNothingReused();
        // the engine or the chain's comparison restores the copy, whichever is first
        assertThat(chain.in(chain.authorityItself).orElseThrow().generation()).isEqualTo(3);
    }

    @Test
    @Fault("B18")
    void aRefusedTokenDoesNotEndTheGrantIfARecoveredCopyHasANewerOne() {
        ChainFixture chain = chain(disk("disk"));
        Tokens tokens = process(fixture, chain);
        chain.connectExpired(fixture, tokens);
        TokenRecord backup = chain.in(chain.authorityItself).orElseThrow();
        tokens.accessToken(ANNA);
        chain.untilCopiesMatch();
        rollBackTo(chain.authorityItself, backup);
        ChainFixture other = chain(disk("disk"));
        Tokens restarted = process(fixture, other);
        other.near.down();
        Gate gate = new Gate();
        fixture.server.next((request, honest) -> {
            gate.pass();
            return AuthorizationServer.refuses(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD)
                    .play(request, honest);
        });

        CompletableFuture<AccessToken> call = fixture.async(() -> restarted.accessToken(ANNA));
        gate.awaitArrival();
        other.near.up();
        gate.open();
        chain.until(call::isDone);

        assertThat(call.join().generation()).isEqualTo(2);
        assertThat(fixture.events).noneMatch(TokenEvent.ReauthorizationRequired.class::isInstance);
        assertThat(other.in(other.authorityItself).orElseThrow().generation()).isEqualTo(2);
    }

    @Test
    @Fault({"F4", "B18"})
    void anOlderCopyNeverOverwritesTheAuthority() {
        ChainFixture chain = chain(disk("disk"));
        Tokens tokens = process(fixture, chain);
        chain.connectExpired(fixture, tokens);
        chain.near.down();
        tokens.accessToken(ANNA);
        chain.near.up();

        ChainFixture restarted = chain(disk("disk"));
        assertThat(restarted.in(restarted.nearItself).orElseThrow().generation())
                .isLessThanOrEqualTo(2);
        restarted.store.reconcile();

        assertThat(restarted.in(restarted.authorityItself).orElseThrow().generation())
                .isEqualTo(2);
        assertThat(restarted.copiesMatch()).isTrue();
    }

    @Test
    @Fault("F4")
    void aCrashBetweenTheAuthorityAndATierIsRepairedByTheNextProcess() {
        ChainFixture first = chain(disk("disk"));
        Tokens ended = process(fixture, first);
        first.connectExpired(fixture, ended);
        first.untilRepaired(first.near
                .next(COMPARE_AND_SET)
                .where(record -> record.generation() == 2)
                .times(100)
                .holdBefore());
        assertThat(ended.accessToken(ANNA).generation()).isEqualTo(2);

        ChainFixture next = chain(disk("disk"));
        assertThat(next.in(next.nearItself).orElseThrow().generation()).isEqualTo(1);
        assertThat(next.store.reconcile().copied()).isEqualTo(2);
        assertThat(next.copiesMatch()).isTrue();
    }

    @Test
    @Fault({"A8", "F4"})
    void twoProcessesWithSeparateFallbacksRefreshOnceAndUpdateBothFallbacks() {
        ChainFixture here = chain(disk("here"));
        ChainFixture there = chain(disk("there"));
        Tokens first = process(fixture, here);
        Tokens other = process(fixture, there);
        here.connectExpired(fixture, first);
        AccessToken second = first.accessToken(ANNA);

        assertThat(there.eventually(fixture, () -> other.accessToken(ANNA))).isEqualTo(second);

        here.untilCopiesMatch();
        there.untilCopiesMatch();
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    void anAccountThatAnotherProcessDisconnectedIsNotServedFromAFallback() {
        ChainFixture here = chain(disk("here"));
        ChainFixture there = chain(disk("there"));
        Tokens first = process(fixture, here);
        Tokens other = process(fixture, there);
        other.connect(ANNA, fixture.server.consent("anna"));
        first.accessToken(ANNA);
        here.untilCopiesMatch();
        assertThat(other.disconnect(ANNA)).isTrue();
        clock.advance(LIFETIME.plusSeconds(1));
        assertThat(failure(first).problem()).isEqualTo(Problem.NOT_CONNECTED);
        here.until(() -> here.store.newestKnown(ANNA).isEmpty());

        here.authority.down();
        clock.advance(Duration.ofSeconds(2)); // until then the first process knows why it was refused
        assertThat(failure(first)).isInstanceOf(TokenStoreException.class);
        assertThat(here.in(here.nearItself)).as("kept for a week").isPresent();
    }

    @Test
    @Fault("B17")
    void aRotatingTokenIsNotSpentWithoutAJournalSlotEvenIfTheTiersAreUp() throws IOException {
        ChainFixture chain = chain(disk("disk"));
        Path journal = folder.resolve("journal");
        Tokens tokens = fixture.processOver(chain.store, builder -> builder.journal(journal));
        chain.connectExpired(fixture, tokens);
        try (Stream<Path> all = Files.walk(journal)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        Files.createFile(journal);

        assertThat(failure(tokens).problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE);
        assertThat(fixture.server.requests()).isZero();
    }

    @Test
    @Fault("F18")
    void noTierAndNoTombstoneHasASecretInClearText() throws IOException {
        ChainFixture chain = new ChainFixture(
                clock,
                disk("authority"),
                disk("near"),
                disk("far"),
                builder -> builder.tombstones(folder.resolve("gone")));
        chains.add(chain);
        KeyRing keys = KeyRing.of("k1", new byte[32]);
        Tokens tokens = fixture.processOver(
                chain.store, builder -> builder.encryption(keys).journal(folder.resolve("journal")));
        chain.connectExpired(fixture, tokens);
        refreshWhileTheAuthorityFails(tokens, chain);
        chain.authority.up();
        chain.until(() -> !tokens.status(ANNA).unsaved());
        chain.untilCopiesMatch();
        chain.near.down();
        SecretCanary canary = SecretCanary.ofTestTokens();
        canary.assertNoneBelow(folder);
        assertThat(tokens.disconnect(ANNA)).isTrue();
        chain.until(() -> chain.in(chain.farItself).isEmpty());
        canary.assertNoneBelow(folder);
        canary.assertNonePrintedBy(chain.store, chain.store.tiers(), tokens);
    }
}
