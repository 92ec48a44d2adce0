package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.protocol.StatusScene.Reason;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.testing.StoreOperation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The status of an account says what a request for its token is told. */
class StatusAgreesTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    @Fault({"O1", "O4"})
    void theStatusSaysWhatARequestIsTold(Reason reason) {
        try (StatusScene scene = new StatusScene(folder)) {
            Tokens tokens = scene.arrange(reason);

            AccountStatus status = tokens.status(reason.key());
            AccountStatus listed = listed(tokens, reason.key());
            int requests = scene.fixture.server.requests();
            TokenException told = failure(() -> tokens.accessToken(reason.key()));

            assertThat(told.problem()).isEqualTo(reason.problem);
            assertThat(scene.fixture.server.requests())
                    .as("no provider is called")
                    .isEqualTo(requests);
            assertThat(status.problem()).contains(told.problem());
            assertThat(status.detail()).isEqualTo(told.detail());
            assertThat(status.nextAttempt()).isEqualTo(told.retryAt());
            assertThat(status.reconnectUrl().isPresent() && told.remedy() != Remedy.RECONNECT)
                    .as("asks for a consent that would not help")
                    .isFalse();
            assertThat(status.state()).isNotEqualTo(ConnectionState.ACTIVE);
            assertThat(listed.state()).isEqualTo(status.state());
            assertThat(listed.problem()).isEqualTo(status.problem());
            assertThat(listed.nextAttempt()).isEqualTo(status.nextAttempt());
            assertThat(tokens.status(reason.key())).as("after the request").isEqualTo(status);
        }
    }

    @Test
    @Fault("O1")
    void aClientThatIsRefusedIsShownWithItsReasonUntilItIsAcceptedAgain() {
        try (StatusScene scene = new StatusScene(folder)) {
            Tokens tokens = scene.arrange(Reason.THE_CLIENT_IS_REJECTED);
            Instant since = scene.clock.now();
            ClientStatus refused = client(tokens);
            assertThat(refused.problem()).contains(Problem.CLIENT_REJECTED);
            assertThat(refused.detail()).isEqualTo("token endpoint answered 400 CLIENT_REJECTED");
            assertThat(refused.since()).contains(since);
            assertThat(refused.isOpen()).isFalse();
            assertThat(tokens.status(ANNA).nextAttempt()).isEqualTo(refused.until());

            scene.clock.advanceTo(refused.until().orElseThrow());
            assertThat(client(tokens).isOpen())
                    .as("one account may be refreshed")
                    .isTrue();
            assertThat(client(tokens).problem()).contains(Problem.CLIENT_REJECTED);
            assertThat(client(tokens).since()).contains(since);
            AccountStatus due = tokens.status(ANNA);
            assertThat(due.state()).as("before another attempt").isEqualTo(ConnectionState.STALLED);
            assertThat(due.problem()).contains(Problem.CLIENT_REJECTED);
            assertThat(due.nextAttempt()).isEmpty();

            assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
            assertThat(client(tokens).problem()).isEmpty();
            assertThat(client(tokens).since()).isEmpty();
            assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        }
    }

    @Test
    @Fault("O1")
    void aRefusedClientIsToldOfATokenThatIsDueAndNotOfAFreshOne() {
        try (StatusScene scene = new StatusScene(folder)) {
            Tokens tokens = scene.arrange(Reason.THE_CLIENT_IS_REJECTED);
            tokens.connect(ANNA, scene.fixture.server.consent("anna"));
            assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
            assertThat(tokens.status(ANNA).problem()).isEmpty();

            scene.clock.advance(AuthorizationServer.LIFETIME.minusMinutes(1));

            AccountStatus due = tokens.status(ANNA);
            assertThat(due.state()).isEqualTo(ConnectionState.DEGRADED);
            assertThat(due.problem()).contains(Problem.CLIENT_REJECTED);
            assertThat(due.reconnectUrl()).isEmpty();
        }
    }

    @Test
    @Fault("O1")
    void theListOfAllStatusesReadsEachRecordOnceAndOpensNoSecret() {
        try (StatusScene scene = new StatusScene(folder)) {
            Tokens tokens = scene.withSecretsThatCannotBeOpened(20);
            int reads = scene.store.calls(StoreOperation.LOAD);

            try (Stream<AccountStatus> all = tokens.statuses()) {
                assertThat(all).extracting(AccountStatus::state).hasSize(20).containsOnly(ConnectionState.ACTIVE);
            }

            assertThat(scene.store.calls(StoreOperation.LOAD) - reads).isEqualTo(20);
        }
    }

    private static ClientStatus client(Tokens tokens) {
        return tokens.operations().clients().get(0);
    }

    private static AccountStatus listed(Tokens tokens, TokenKey key) {
        try (Stream<AccountStatus> all = tokens.statuses()) {
            Optional<AccountStatus> one =
                    all.filter(status -> status.key().equals(key)).findFirst();
            return one.orElseThrow();
        }
    }
}
