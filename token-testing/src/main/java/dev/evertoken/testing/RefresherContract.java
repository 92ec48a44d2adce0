package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of every {@link dev.evertoken.spi.provider.Refresher} for its HTTP requests; extend it and return the
 * provider of your refresher.
 *
 * <p>The endpoints of the provider are replaced by servers on loopback. Override {@link #success} and {@link #refusal}
 * if its responses differ from RFC 6749. Not thread-safe; JUnit creates an instance for each test.
 */
public abstract class RefresherContract {

    private static final Duration USUAL = Duration.ofSeconds(3);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration BRIEF = Duration.ofMillis(300);
    private static final Duration LEEWAY = Duration.ofSeconds(5);
    private static final TokenKey KEY = TokenKey.of("contract", "account");

    private final AtomicInteger permits = new AtomicInteger();
    private final ClientRegistration registration = registration();
    private Optional<CountingServer> server = Optional.empty();

    /** For subclasses. */
    protected RefresherContract() {}

    /** Returns the provider whose refresher is tested. */
    protected abstract Provider provider();

    /** Returns the provider's response with these tokens; that of RFC 6749 section 5.1 unless overridden. */
    protected MockResponse success(String accessToken, String refreshToken) {
        return MockResponse.json(
                200,
                JsonWriter.text(JsonObject.builder()
                        .add("access_token", accessToken)
                        .add("token_type", "Bearer")
                        .add("expires_in", 3600)
                        .add("refresh_token", refreshToken)
                        .build()));
    }

    /** Returns the provider's response to an invalid refresh token; that of RFC 6749 section 5.2 unless overridden. */
    protected MockResponse refusal() {
        return MockResponse.json(
                400,
                JsonWriter.text(
                        JsonObject.builder().add("error", "invalid_grant").build()));
    }

    /** Returns the client of the requests. */
    protected ClientRegistration registration() {
        return ClientRegistration.of("contract-client-1", TestTokens.clientSecret());
    }

    @AfterEach
    final void closeServer() {
        server.ifPresent(CountingServer::close);
    }

    @Test
    protected void sendsOneRequestAndReturnsTheTokens() {
        String access = TestTokens.access();
        String refresh = TestTokens.refresh();

        TokenOutcome outcome = refreshAt(responding(success(access, refresh)), USUAL);

        TokenOutcome.Issued issued = assertInstanceOf(TokenOutcome.Issued.class, outcome);
        assertEquals(Optional.of(Secret.of(access)), issued.response().accessToken());
        assertEquals(Optional.of(Secret.of(refresh)), issued.response().refreshToken());
        assertEquals(1, seen().requests());
    }

    @Test
    protected void requestsThePermitOnceBeforeTheFirstByte() {
        CountingServer server = responding(success(TestTokens.access(), TestTokens.refresh()));

        refresh(server.address(), USUAL, () -> {
            permits.incrementAndGet();
            assertTrue(server.awaitConnection(), "the permit was requested before there was a connection");
            assertFalse(server.hasByte(), "a byte was sent before the permit was requested");
            return true;
        });

        assertEquals(1, permits.get(), "requested permits");
    }

    @Test
    protected void sendsNothingWithoutAPermit() {
        CountingServer server = responding(success(TestTokens.access(), TestTokens.refresh()));

        TokenOutcome outcome = refresh(server.address(), USUAL, () -> false);

        assertInstanceOf(TokenOutcome.NotSent.class, outcome);
        assertFalse(server.hasByte(), "a byte was sent without a permit");
    }

    @Test
    protected void reportsARefusedConnectionAsNotSent() {
        RawServer closed = RawServer.start(RawConnection::awaitEnd);
        URI address = closed.address("/token");
        closed.close();

        assertInstanceOf(TokenOutcome.NotSent.class, refresh(address, USUAL, this::permit));
    }

    @Test
    protected void reportsAnUnknownHostAsNotSent() {
        URI nowhere = URI.create("https://no-such-host.invalid/token");

        assertInstanceOf(TokenOutcome.NotSent.class, refresh(nowhere, USUAL, this::permit));
    }

    @Test
    protected void reportsAFailedTlsHandshakeAsNotSent() {
        URI plain = responding(MockResponse.html(400)).address();

        TokenOutcome outcome = refresh(URI.create("https" + plain.toString().substring(4)), USUAL, this::permit);

        assertInstanceOf(TokenOutcome.NotSent.class, outcome);
    }

    @Test
    protected void reportsARequestWithoutAResponseAsMaybeSent() {
        for (MockResponse lost :
                List.of(MockResponse.disconnect(), MockResponse.reset(), MockResponse.disconnectMidBody())) {
            assertInstanceOf(TokenOutcome.MaybeSent.class, refreshAt(responding(lost), USUAL));
            assertEquals(1, seen().requests(), "a request whose response was lost must not be sent again");
        }
    }

    @Test
    protected void endsWithinTheDeadlineIfThereIsNoResponse() {
        assertInstanceOf(TokenOutcome.MaybeSent.class, refreshAt(responding(MockResponse.noResponse()), SHORT));
        assertEquals(1, seen().requests());
    }

    @Test
    protected void endsWithinTheDeadlineIfTheResponseIsSlow() {
        SlowBody slowBody = new SlowBody();

        assertInstanceOf(TokenOutcome.MaybeSent.class, refreshAt(responding(MockResponse.slowBody(slowBody)), SHORT));
    }

    @Test
    protected void keepsTheDeadlineAlsoIfTheResponseMayBeReadOn() {
        Checkpoint held = new Checkpoint();
        String access = TestTokens.access();
        CountingServer server = responding(success(access, TestTokens.refresh()).heldBeforeSending(held));

        TokenOutcome atTheDeadline = refresh(server.address(), BRIEF, this::permit, USUAL);

        assertFalse(
                atTheDeadline instanceof TokenOutcome.NotSent,
                () -> "reported that nothing was sent: " + atTheDeadline);
        held.release();
        TokenOutcome last = last(atTheDeadline);
        if (atTheDeadline instanceof TokenOutcome.Overdue) {
            TokenOutcome.Issued issued = assertInstanceOf(TokenOutcome.Issued.class, last);
            assertEquals(Optional.of(Secret.of(access)), issued.response().accessToken());
        } else {
            assertInstanceOf(TokenOutcome.MaybeSent.class, last);
        }
        assertEquals(1, server.requests());
    }

    @Test
    protected void readsOnUntilTheReadLimitAndNoLonger() {
        TokenOutcome atTheDeadline =
                refresh(responding(MockResponse.noResponse()).address(), BRIEF, this::permit, BRIEF.multipliedBy(2));

        assertInstanceOf(TokenOutcome.MaybeSent.class, last(atTheDeadline));
    }

    /** Returns the outcome, or the one that an overdue response ends with. */
    private static TokenOutcome last(TokenOutcome outcome) {
        return outcome instanceof TokenOutcome.Overdue overdue
                ? assertTimeoutPreemptively(
                        LEEWAY,
                        () -> overdue.late().toCompletableFuture().get(),
                        "an overdue response did not end at the read limit")
                : outcome;
    }

    @Test
    protected void returnsTheVerdictOfTheDialect() {
        TokenOutcome outcome = refreshAt(responding(refusal()), USUAL);

        TokenVerdict verdict =
                assertInstanceOf(TokenOutcome.Refused.class, outcome).verdict();
        assertEquals(TokenVerdict.Kind.GRANT_DEAD, verdict.kind());
    }

    @Test
    protected void neverThrowsForABadResponse() {
        for (MockResponse bad : BadResponses.all()) {
            TokenOutcome outcome = refreshAt(responding(bad), USUAL);

            assertFalse(
                    outcome instanceof TokenOutcome.Issued,
                    () -> "reported tokens without a valid response: " + outcome);
            assertFalse(outcome instanceof TokenOutcome.NotSent, () -> "reported that nothing was sent: " + outcome);
            assertEquals(1, seen().requests(), "requests for one refresh");
        }
    }

    @Test
    protected void doesNotReadAnEndlessResponse() {
        for (MockResponse large : List.of(MockResponse.huge(1L << 30), MockResponse.endless())) {
            TokenOutcome outcome = refreshAt(responding(large), USUAL);

            assertFalse(
                    outcome instanceof TokenOutcome.Issued,
                    () -> "reported tokens without a valid response: " + outcome);
            assertFalse(outcome instanceof TokenOutcome.NotSent, () -> "reported that nothing was sent: " + outcome);
        }
    }

    @Test
    protected void doesNotFollowARedirect() {
        for (int status : List.of(301, 302, 303, 307, 308)) {
            try (CountingServer other = CountingServer.responding(success(TestTokens.access(), TestTokens.refresh()))) {
                TokenOutcome outcome = refreshAt(responding(MockResponse.redirect(status, other.address())), USUAL);

                assertFalse(outcome instanceof TokenOutcome.Issued, () -> "followed a redirect " + status);
                assertEquals(0, other.connections(), () -> "connections to the target of a redirect " + status);
            }
        }
    }

    @Test
    protected void doesNotRetry() {
        MockResponse atOnce = MockResponse.status(503).header("Retry-After", "0");
        for (MockResponse again : List.of(atOnce, MockResponse.status(408), MockResponse.status(421))) {
            TokenOutcome outcome = refreshAt(responding(again), USUAL);

            assertFalse(
                    outcome instanceof TokenOutcome.Issued,
                    () -> "reported tokens without a valid response: " + outcome);
            assertEquals(1, seen().requests(), "requests for one refresh");
        }
    }

    @Test
    protected void doesNotExposeSecretsOfTheResponse() {
        String echo = JsonWriter.text(JsonObject.builder()
                .add("error", TestTokens.refresh())
                .add("error_description", TestTokens.clientSecret())
                .build());
        for (MockResponse echoing : List.of(MockResponse.json(400, echo), MockResponse.of(502, "text/html", echo))) {
            TokenOutcome outcome = refreshAt(responding(echoing), USUAL);

            SecretCanary.ofTestTokens().assertNonePrintedBy(outcome);
        }
    }

    private CountingServer responding(MockResponse response) {
        server.ifPresent(CountingServer::close);
        CountingServer next = CountingServer.responding(response);
        server = Optional.of(next);
        return next;
    }

    private CountingServer seen() {
        return server.orElseThrow();
    }

    private boolean permit() {
        return permits.incrementAndGet() > 0;
    }

    private TokenOutcome refreshAt(CountingServer server, Duration deadline) {
        return refresh(server.address(), deadline, this::permit);
    }

    private TokenOutcome refresh(URI address, Duration deadline, RefreshRequest.SendPermit permit) {
        return refresh(address, deadline, permit, deadline);
    }

    private TokenOutcome refresh(URI address, Duration deadline, RefreshRequest.SendPermit permit, Duration readLimit) {
        Timekeeper time = Timekeeper.system();
        TokenSet tokens = TokenSet.builder(TestTokens.access())
                .refreshToken(TestTokens.refresh())
                .issuedAt(time.now().minusSeconds(3600))
                .expiresAt(time.now())
                .scopes("read")
                .build();
        DialectContext context = new DialectContext(
                EndpointKind.REFRESH, Duration.ofHours(1), Set.of("read"), DialectContext.TokenOf.USER);
        RefreshRequest request =
                new RefreshRequest(KEY, client(address), tokens, context, deadline, permit, time, readLimit);
        return assertTimeoutPreemptively(
                deadline.plus(LEEWAY),
                () -> provider().refresher().refresh(request),
                "the call did not end at its deadline");
    }

    private Client client(URI address) {
        Provider provider = provider();
        ProviderProfile own = provider.profile();
        ProviderProfile here = own.withEndpoints(own.endpoints().overriddenBy(Endpoints.token(address)));
        return new Client(KEY.registration(), provider.id(), registration, here);
    }
}
