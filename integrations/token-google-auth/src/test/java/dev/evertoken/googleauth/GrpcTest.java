package dev.evertoken.googleauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.testing.MockResponse;
import io.grpc.CallCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.auth.MoreCallCredentials;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** gRPC calls with the credentials of an account. */
class GrpcTest {

    private final GoogleFixture app = new GoogleFixture();
    private final GrpcService service = new GrpcService(app.google, "localhost");
    private final EvertokenCredentials credentials = EvertokenCredentials.of(app.tokens.source(GoogleFixture.ANNA));
    private final CallCredentials call = MoreCallCredentials.from(credentials);

    @AfterEach
    void close() {
        service.close();
        app.close();
    }

    private StatusRuntimeException failure() {
        return failure(service);
    }

    private StatusRuntimeException failure(GrpcService of) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> of.list(call));
    }

    private static TokenException reason(StatusRuntimeException failure) {
        assertThat(failure.getStatus().getCause()).isInstanceOf(TokenIOException.class);
        return ((TokenIOException) failure.getStatus().getCause()).reason();
    }

    @Test
    void eachCallCarriesTheTokenOfTheAccount() {
        assertThat(service.list(call)).isEqualTo("calendars");

        assertThat(service.headers())
                .containsExactly(app.tokens.accessToken(GoogleFixture.ANNA).header());
    }

    @Test
    void aTokenThatHasEndedIsReplacedBeforeTheCall() {
        service.list(call);
        app.clock.advance(Duration.ofHours(2));

        service.list(call);

        assertThat(service.headers()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aRejectedTokenIsReplacedByARefresh() throws IOException {
        app.google.expire("anna");
        assertThat(failure().getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);

        credentials.refresh();

        assertThat(service.list(call)).isEqualTo("calendars");
        assertThat(app.google.ledger().tokenRequests("anna")).isEqualTo(1);
    }

    @Test
    void anEndedGrantIsUnauthenticatedAndNotRepeated() {
        app.google.revoke("anna");
        app.clock.advance(Duration.ofHours(2));

        StatusRuntimeException failure = failure();

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(reason(failure).remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(service.headers()).isEmpty();
    }

    @Test
    void aProviderThatIsDownIsUnavailable() {
        app.clock.advance(Duration.ofHours(2));
        app.google.onToken(MockResponse.status(503));

        StatusRuntimeException failure = failure();

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(reason(failure).remedy()).isEqualTo(Remedy.RETRY);
        assertThat(service.headers()).isEmpty();
    }

    @Test
    void aServiceAtAnotherHostGetsNoToken() {
        try (GrpcService foreign = new GrpcService(app.google, "calendar.example")) {
            assertThat(reason(failure(foreign)).problem()).isEqualTo(Problem.HOST_NOT_ALLOWED);
            assertThat(foreign.headers()).isEmpty();
        }
    }
}
