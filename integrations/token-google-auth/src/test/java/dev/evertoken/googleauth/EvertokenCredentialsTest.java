package dev.evertoken.googleauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.auth.RequestMetadataCallback;
import com.google.auth.Retryable;
import com.google.auth.http.HttpCredentialsAdapter;
import dev.evertoken.googleauth.GoogleApi.Response;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.ConcurrentRun;
import dev.evertoken.testing.MockResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The credentials of one account. */
class EvertokenCredentialsTest {

    private static final URI SERVICE = URI.create("https://www.googleapis.com/calendar.Calendars");

    private final GoogleFixture app = new GoogleFixture();
    private final EvertokenCredentials credentials = EvertokenCredentials.of(app.tokens.source(GoogleFixture.ANNA));

    @AfterEach
    void close() {
        app.close();
    }

    private String token() {
        return app.tokens.accessToken(GoogleFixture.ANNA).value().reveal();
    }

    private int refreshes() {
        return app.google.ledger().tokenRequests("anna");
    }

    private String header() throws IOException {
        return credentials.getRequestMetadata(SERVICE).get("Authorization").get(0);
    }

    /** Receives the outcome of an asynchronous request. */
    private static final class Received implements RequestMetadataCallback {
        final CompletableFuture<Map<String, List<String>>> outcome = new CompletableFuture<>();

        @Override
        public void onSuccess(Map<String, List<String>> metadata) {
            outcome.complete(metadata);
        }

        @Override
        public void onFailure(Throwable failure) {
            outcome.completeExceptionally(failure);
        }

        Throwable failure() {
            try {
                throw new AssertionError("there are headers: " + outcome.join().keySet());
            } catch (CompletionException e) {
                return e.getCause();
            }
        }
    }

    // ---- the headers

    @Test
    void theHeadersCarryTheTokenAndNothingElse() throws IOException {
        assertThat(credentials.getRequestMetadata(SERVICE))
                .containsExactly(Map.entry("Authorization", List.of("Bearer " + token())));
        assertThat(credentials.hasRequestMetadata()).isTrue();
        assertThat(credentials.hasRequestMetadataOnly()).isTrue();
        assertThat(credentials.getAuthenticationType()).isEqualTo("OAuth2");
        assertThat(credentials.getQuotaProjectId()).isNull();
    }

    @Test
    void theProjectThatPaysIsSentIfThereIsOne() throws IOException {
        EvertokenCredentials billed = credentials.withQuotaProject("crm-billing");

        assertThat(billed.getRequestMetadata(SERVICE)).containsEntry("x-goog-user-project", List.of("crm-billing"));
        assertThat(billed.getQuotaProjectId()).isEqualTo("crm-billing");
    }

    @Test
    void noTokenIsPassedOnForAnotherHost() {
        TokenIOException failure = catchThrowableOfType(
                TokenIOException.class,
                () -> credentials.getRequestMetadata(URI.create("https://api.example/calendar.Calendars")));

        assertThat(failure.reason().problem()).isEqualTo(Problem.HOST_NOT_ALLOWED);
    }

    @Test
    void noTokenIsPassedOnWithoutAnAddress() {
        TokenIOException failure = catchThrowableOfType(TokenIOException.class, credentials::getRequestMetadata);

        assertThat(failure.reason().problem()).isEqualTo(Problem.HOST_NOT_ALLOWED);
        assertThat(failure).hasMessageContaining("no token was passed on for a request without an address");
    }

    @Test
    void aTokenThatHasEndedIsReplaced() throws IOException {
        String first = header();
        app.clock.advance(Duration.ofHours(2));

        assertThat(header()).isNotEqualTo(first);
        assertThat(refreshes()).isEqualTo(1);
    }

    // ---- without blocking

    @Test
    void aTokenThatIsAvailableIsDeliveredOnTheCallingThread() {
        Received received = new Received();

        credentials.getRequestMetadata(
                SERVICE,
                task -> {
                    throw new AssertionError("the executor is not needed");
                },
                received);

        assertThat(received.outcome.join()).containsEntry("Authorization", List.of("Bearer " + token()));
    }

    @Test
    void aTokenThatHasToBeRefreshedIsDeliveredOnTheExecutor() throws Exception {
        CompletableFuture<Runnable> submitted = new CompletableFuture<>();
        Received received = new Received();
        requestDuringARefresh(submitted::complete, received);

        Runnable delivery = submitted.get();
        assertThat(received.outcome).isNotDone();
        delivery.run();
        assertThat(received.outcome.join()).containsEntry("Authorization", List.of("Bearer " + token()));
    }

    @Test
    void anExecutorThatRejectsDoesNotLoseTheToken() throws Exception {
        Received received = new Received();
        requestDuringARefresh(
                task -> {
                    throw new RejectedExecutionException("shut down");
                },
                received);

        assertThat(received.outcome.get()).containsEntry("Authorization", List.of("Bearer " + token()));
    }

    private void requestDuringARefresh(Executor executor, Received received) {
        app.clock.advance(Duration.ofHours(2));
        Checkpoint refresh = app.google.holdRequest();
        credentials.getRequestMetadata(SERVICE, executor, received);
        assertThat(received.outcome).isNotDone();
        refresh.release();
    }

    @Test
    void aFailureWithoutBlockingNamesTheRemedyToo() {
        Received received = new Received();

        EvertokenCredentials.of(app.tokens.source(TokenKey.of("google", "stranger")))
                .getRequestMetadata(SERVICE, Runnable::run, received);

        assertThat(received.failure())
                .isInstanceOfSatisfying(
                        TokenIOException.class,
                        failure -> assertThat(failure.reason().remedy()).isEqualTo(Remedy.RECONNECT));
    }

    // ---- a retry by the library

    @Test
    void aFailureThatCanPassIsRetryable() {
        app.clock.advance(Duration.ofHours(2));
        app.google.onToken(MockResponse.status(503));

        TokenIOException failure = catchThrowableOfType(TokenIOException.class, this::header);

        assertThat(failure.reason().remedy()).isEqualTo(Remedy.RETRY);
        assertThat(failure).isInstanceOfSatisfying(Retryable.class, it -> {
            assertThat(it.isRetryable()).isTrue();
            assertThat(it.getRetryCount()).isZero();
        });
    }

    @Test
    void anEndedGrantIsNotRetryable() {
        app.google.revoke("anna");
        app.clock.advance(Duration.ofHours(2));

        TokenIOException failure = catchThrowableOfType(TokenIOException.class, this::header);

        assertThat(failure.reason().remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(failure)
                .isInstanceOfSatisfying(
                        Retryable.class, it -> assertThat(it.isRetryable()).isFalse());
    }

    // ---- a rejected token

    @Test
    void aRefreshWithoutATokenThatWasPassedOnDoesNothing() throws IOException {
        credentials.refresh();

        assertThat(refreshes()).isZero();
    }

    @Test
    void aRejectedTokenIsReplaced() throws IOException {
        String rejected = header();

        credentials.refresh();

        assertThat(header()).isNotEqualTo(rejected);
        assertThat(refreshes()).isEqualTo(1);
    }

    @Test
    void severalRefreshesForOneTokenCauseOne() throws IOException {
        header();

        credentials.refresh();
        credentials.refresh();

        assertThat(refreshes()).isEqualTo(1);
    }

    @Test
    void threadsWhoseTokenWasRejectedShareOneRefresh() {
        CyclicBarrier allSent = new CyclicBarrier(8);

        List<String> second = ConcurrentRun.run(8, thread -> {
            try {
                header();
                allSent.await();
                credentials.refresh();
                return Stream.of(header());
            } catch (IOException | InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(Set.copyOf(second)).containsExactly("Bearer " + token());
        assertThat(refreshes()).isEqualTo(1);
    }

    @Test
    void aTokenThatIsRejectedAfterItsRefreshCausesNoFurtherOne() throws IOException {
        header();
        credentials.refresh();
        header();

        TokenIOException failure = catchThrowableOfType(TokenIOException.class, credentials::refresh);

        assertThat(failure.reason().problem()).isEqualTo(Problem.API_REJECTS_TOKEN);
        assertThat(failure.reason().retryAt()).isPresent();
        assertThat(refreshes()).isEqualTo(1);
    }

    @Test
    void aRefreshOfAnEndedGrantNamesTheRemedy() throws IOException {
        header();
        app.google.revoke("anna");

        TokenIOException failure = catchThrowableOfType(TokenIOException.class, credentials::refresh);

        assertThat(failure.reason().remedy()).isEqualTo(Remedy.RECONNECT);
    }

    @Test
    void theAdapterOfGoogleAuthSendsARejectedTokenOnce() throws IOException {
        app.google.expire("anna");

        app.calendar(new HttpCredentialsAdapter(credentials))
                .calendarList()
                .list()
                .execute();

        assertThat(app.api.tokens()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void theAdapterOfGoogleAuthCausesOneRefreshForAnApiThatRejectsEveryToken() {
        Response rejected = Response.of(401, GoogleApi.REJECTED);
        app.api.respond(rejected, rejected, rejected, rejected);

        assertThatThrownBy(() -> app.calendar(new HttpCredentialsAdapter(credentials))
                        .calendarList()
                        .list()
                        .execute())
                .isInstanceOf(GoogleJsonResponseException.class);

        assertThat(app.api.tokens()).hasSize(2).doesNotHaveDuplicates();
        assertThat(refreshes()).isEqualTo(1);
    }

    // ---- no way out for the token

    @Test
    void serializationIsRefused() throws IOException {
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            assertThatThrownBy(() -> out.writeObject(credentials))
                    .isInstanceOf(NotSerializableException.class)
                    .hasMessage("EvertokenCredentials belong to an open Tokens: create them from it with of()");
        }
    }

    @Test
    void theTextNamesTheAccountAndNoSecret() throws IOException {
        header();

        assertThat(credentials.toString()).contains("anna").doesNotContain(token());
    }
}
