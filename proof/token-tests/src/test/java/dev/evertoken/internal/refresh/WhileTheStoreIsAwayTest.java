package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.internal.record.UnwrittenRecords;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.ForwardingTokenStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The newest known record of an account during a store outage, and the event that is published once. */
class WhileTheStoreIsAwayTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.STATIC);
    private final TokenRecord stored = engine.connect(ALICE);
    private Optional<TokenRecord> copy = Optional.empty();
    private final List<TokenEvent> events = new ArrayList<>();
    private final OutageFallback fallback = new OutageFallback(
            new MonitoredStore(
                    new ForwardingTokenStore(engine.store) {
                        @Override
                        public Optional<TokenRecord> newestKnown(TokenKey key) {
                            return copy;
                        }
                    },
                    engine.time,
                    new UnwrittenRecords(10),
                    Duration.ofSeconds(5)),
            engine.parts.pendingWrites(),
            engine.parts.exceptions(),
            engine.time);

    /** Makes a response pending in this process because the store rejects it, and returns it. */
    private TokenRecord pending(TokenRecord before) {
        TokenRecord response = engine.answered(before);
        engine.store.down();
        assertThat(engine.parts.pendingWrites().save(before, new PendingWrite(response, "mine", null)))
                .isEmpty();
        return response;
    }

    @Test
    void aPendingResponseWithoutACopyIsNotUsed() {
        pending(stored);

        assertThat(fallback.newest(ALICE)).isEmpty();
    }

    @Test
    void aPendingResponseOfTheSameGrantIsTheNewest() {
        copy = Optional.of(stored);
        TokenRecord response = pending(stored);

        assertThat(fallback.newest(ALICE).map(TokenRecord::generation)).contains(response.generation());
        assertThat(fallback.newest(ALICE).map(TokenRecord::revision)).contains(response.revision());
    }

    @Test
    void aPendingResponseOfAnotherGrantIsIgnored() {
        copy = Optional.of(SampleRecords.ofGrant(stored, new Grant("another", engine.time.now())));
        pending(stored);

        assertThat(fallback.newest(ALICE).map(TokenRecord::grant)).isEqualTo(copy.map(TokenRecord::grant));
    }

    @Test
    void aNewerCopyIsPreferredToAPendingResponse() {
        copy = Optional.of(stored.next().generation(9).build(5, engine.time.now()));
        pending(stored);

        assertThat(fallback.newest(ALICE).map(TokenRecord::generation)).contains(9L);
    }

    @Test
    void theClaimOfACopyIsRemoved() {
        Claim claim = new Claim("theirs", "a peer", EngineFixture.CLAIM, engine.time.now(), Claim.Phase.SENT);
        copy = Optional.of(stored.next().claim(claim).build(5, engine.time.now()));

        assertThat(fallback.newest(ALICE).orElseThrow().claim()).isEmpty();
    }

    @Test
    void servingWithoutTheStoreIsPublishedOncePerOutage() {
        serves(Problem.STORE_UNAVAILABLE);
        serves(Problem.STORE_QUOTA);
        assertThat(events)
                .containsExactly(new TokenEvent.ServedStale(ALICE, engine.time.now(), 3, "the case of a test"));

        fallback.endOutage(ALICE);
        serves(Problem.STORE_REFUSED);
        assertThat(events).hasSize(2);
    }

    @Test
    void anotherProblemIsNotAnOutage() {
        serves(Problem.JOURNAL_UNAVAILABLE);

        assertThat(events).isEmpty();
    }

    private void serves(Problem problem) {
        TokenException why =
                TokenException.about(problem).detail("the case of a test").build();
        fallback.serves(ALICE, 3, why, events::add);
    }
}
