package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TransferReport;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.testing.Checkpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account that a transfer holds in the source while the transfer is interrupted. */
class TransferHoldTest {

    private static final Duration WEEK = Duration.ofDays(7);

    private final TwoStores stores = new TwoStores();
    private final TokenKey key = stores.connect(1).get(0);
    private final Checkpoint cutOff = stores.target.next(COMPARE_AND_SET).holdBefore();
    private final CompletableFuture<TransferReport> moving =
            stores.fixture.async(() -> stores.transfer().move());

    /** The transfer stops between holding the account and writing it to the target. */
    @BeforeEach
    void awaitTheStop() {
        cutOff.awaitArrived();
    }

    @AfterEach
    void close() {
        cutOff.release();
        stores.close();
    }

    @Test
    void anAccountIsHeldForAWeek() {
        Claim hold = stores.source.load(key).orElseThrow().claim().orElseThrow();

        assertThat(hold.duration()).isEqualTo(WEEK);
        assertThat(hold.deadline()).isEqualTo(stores.clock.now().plus(WEEK));
        assertThat(hold.owner()).isEqualTo("a transfer to another store");
    }

    @Test
    void theSourceDoesNotRefreshAHeldAccountUntilTheWeekIsOver() {
        Instant over = stores.clock.now().plus(WEEK);
        stores.clock.advanceTo(over.minus(Duration.ofHours(1)));

        CompletableFuture<AccessToken> caller = stores.fixture.async(() -> stores.there.accessToken(key));
        TokenException held = failure(() -> stores.fixture.drive(caller, 2));
        assertThat(held.problem()).isEqualTo(Problem.HELD_BY_PEER);
        assertThat(held.retryAt()).contains(over);
        assertThat(stores.server.requests()).isZero();

        stores.clock.advanceTo(over.plusMillis(1));
        assertThat(stores.there.accessToken(key).generation()).isEqualTo(2);
        assertThat(stores.server.requests()).isEqualTo(1);
    }

    @Test
    void theSourceServesTheValidAccessTokenOfAHeldAccount() {
        stores.clock.advance(AuthorizationServer.LIFETIME.minusSeconds(1));

        assertThat(stores.on(stores.source, TwoStores.OLD_KEYS).accessToken(key).generation())
                .isEqualTo(1);
        assertThat(stores.server.requests()).isZero();
    }

    @Test
    void aTransferThatContinuesAfterItsHoldMovesTheCurrentRecordOfTheSource() {
        stores.clock.advance(WEEK.plusMillis(1));
        assertThat(stores.there.accessToken(key).generation()).isEqualTo(2);

        cutOff.release();

        assertThat(ProtocolFixture.get(moving).isComplete()).isTrue();
        assertThat(stores.source.keys()).isEmpty();
        assertThat(stores.here.status(key).generation()).isEqualTo(2);
        stores.refreshes(stores.here, key);
    }
}
