package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.head;
import static dev.evertoken.providers.LoopbackServer.http;
import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.event.CapturedErrors;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenOutcome.MaybeSent;
import dev.evertoken.spi.provider.TokenOutcome.Refused;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Complete responses that do not follow the RFC. */
class StrangeResponseTest {

    private static final String GOOD =
            "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":3600,\"token_type\":\"bearer\"}";

    private final Provider acme = acme().build();

    @ParameterizedTest
    @Fault("C13")
    @ValueSource(ints = {301, 302, 303})
    void aRedirectIsNotFollowedButReportedWithItsTarget(int status) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(
                head(status, "Location: https://sso.acme.example/login?return=secret", "Content-Length: 0"))) {
            Refused outcome = (Refused) RefreshCaller.at(acme, server).refresh();

            assertThat(outcome.verdict().kind()).isEqualTo(Kind.CLIENT_INVALID);
            assertThat(outcome.verdict().problem()).isEqualTo(Problem.ENDPOINT_MOVED);
            assertThat(outcome.verdict().detail())
                    .isEqualTo("token endpoint answered " + status
                            + " with an empty body: it redirects to sso.acme.example/login, which is not followed");
        }
    }

    @ParameterizedTest
    @Fault("C14")
    @ValueSource(ints = {307, 308})
    void aRedirectThatKeepsTheMethodReachesNoOtherHost(int status) throws IOException {
        try (LoopbackServer other = LoopbackServer.answering(json(200, GOOD));
                LoopbackServer server = LoopbackServer.answering(
                        head(status, "Location: " + other.uri("/token"), "Content-Length: 0"))) {
            assertThat(RefreshCaller.at(acme, server).refresh()).isInstanceOf(Refused.class);
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    @Fault("C1")
    void aLoginPageIsATransientFailureAndIsNotQuoted() throws IOException {
        String page = "<!doctype html><title>Log in to ACME intranet</title>";
        try (LoopbackServer server = LoopbackServer.answering(http(200, "text/html; charset=utf-8", page))) {
            MaybeSent outcome = (MaybeSent) RefreshCaller.at(acme, server).refresh();

            assertThat(outcome.verdict())
                    .isEqualTo(TokenVerdict.of(
                            Kind.TRANSIENT,
                            Problem.MALFORMED_RESPONSE,
                            "token endpoint answered 200 with text/html of 53 characters"));
        }
    }

    @ParameterizedTest
    @Fault("C2")
    @ValueSource(ints = {200, 204})
    void anEmptySuccessfulResponseIsMaybeSent(int status) throws IOException {
        String response = status == 204 ? head(204) : head(200, "Content-Length: 0");
        try (LoopbackServer server = LoopbackServer.answering(response)) {
            MaybeSent outcome = (MaybeSent) RefreshCaller.at(acme, server).refresh();

            assertThat(outcome.verdict().problem()).isEqualTo(Problem.MALFORMED_RESPONSE);
            assertThat(outcome.verdict().detail())
                    .isEqualTo("token endpoint answered " + status + " with an empty body");
        }
    }

    @Test
    @Fault("C3")
    void anErrorInABodyCountsRegardlessOfTheStatus() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, "{\"error\":\"invalid_grant\"}"))) {
            assertThat(RefreshCaller.at(acme, server).refresh())
                    .isEqualTo(new Refused(TokenVerdict.of(
                            Kind.GRANT_DEAD, Problem.GRANT_DEAD, "token endpoint answered 200 invalid_grant")));
        }
    }

    @Test
    @Fault("C23")
    void aPendingResponseIsRetried() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(202, "{\"status\":\"pending\"}"))) {
            MaybeSent outcome = (MaybeSent) RefreshCaller.at(acme, server).refresh();

            assertThat(outcome.verdict().kind()).isEqualTo(Kind.TRANSIENT);
            assertThat(outcome.verdict().problem().remedy()).isEqualTo(Remedy.RETRY);
        }
        try (LoopbackServer server = LoopbackServer.answering(json(200, "{\"status\":\"pending\"}"))) {
            MaybeSent outcome = (MaybeSent) RefreshCaller.at(acme, server).refresh();

            assertThat(outcome.verdict().kind()).isEqualTo(Kind.UNKNOWN);
            assertThat(outcome.verdict().problem().remedy()).isEqualTo(Remedy.RETRY);
        }
    }

    @Test
    void aServerErrorIsMaybeSentAndAKnownRefusalIsNot() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(503, "{\"error\":\"temporarily_unavailable\"}"))) {
            assertThat(RefreshCaller.at(acme, server).refresh()).isInstanceOf(MaybeSent.class);
        }
        try (LoopbackServer server = LoopbackServer.answering(json(400, "{\"error\":\"invalid_request\"}"))) {
            assertThat(RefreshCaller.at(acme, server).refresh()).isInstanceOf(Refused.class);
        }
        try (LoopbackServer server = LoopbackServer.answering(json(400, "{\"error\":\"never_heard_of\"}"))) {
            assertThat(RefreshCaller.at(acme, server).refresh())
                    .isEqualTo(new Refused(TokenVerdict.of(
                            Kind.UNKNOWN,
                            Problem.UNRECOGNIZED_RESPONSE,
                            "token endpoint answered 400 never_heard_of")));
        }
    }

    @ParameterizedTest
    @Fault({"C20", "M6"})
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "text/plain;charset=UTF-8",
                "text/html; charset=utf-8",
                "application/json",
                "a type"
            })
    void aFormEncodedTokenResponseIsReadWhetherOrNotTheProviderAnnouncesIt(String type) throws IOException {
        String form = "access_token=at%2D2&refresh_token=rt-2&expires_in=3600&token_type=bearer";
        try (LoopbackServer server = LoopbackServer.answering(http(200, type, form))) {
            for (Provider provider : List.of(acme, acme().formResponses().build())) {
                TokenResponse read =
                        ((Issued) RefreshCaller.at(provider, server).refresh()).response();

                assertThat(read.accessToken()).contains(Secret.of("at-2"));
                assertThat(read.refreshToken()).contains(Secret.of("rt-2"));
                assertThat(read.expiresAt()).contains(read.issuedAt().plusSeconds(3600));
            }
        }
    }

    @Test
    @Fault("C20")
    void aFormThatMayBeSomethingElseIsReadOnlyIfTheProviderAnnouncesIt() throws IOException {
        String form = "access_token=at-2&expires_in=3600&expires_in=3600";
        try (LoopbackServer server = LoopbackServer.answering(http(200, "text/plain", form))) {
            assertThat(RefreshCaller.at(acme().formResponses().build(), server).refresh())
                    .isInstanceOf(Issued.class);
            assertThat(RefreshCaller.at(acme, server).refresh()).isInstanceOf(MaybeSent.class);
        }
    }

    @Test
    @Fault("M6")
    void aFormEncodedRefusalIsRead() throws IOException {
        for (int status : new int[] {200, 400}) {
            try (LoopbackServer server =
                    LoopbackServer.answering(http(status, "text/html", "error=invalid_grant&error_description=gone"))) {
                assertThat(RefreshCaller.at(acme, server).refresh())
                        .isEqualTo(new Refused(TokenVerdict.of(
                                Kind.GRANT_DEAD,
                                Problem.GRANT_DEAD,
                                "token endpoint answered " + status + " invalid_grant")));
            }
        }
    }

    @Test
    @Fault("M6")
    void aFormThatWasNotAnnouncedIsLoggedOncePerClient() throws IOException {
        String form = "access_token=at-2&expires_in=3600&token_type=bearer";
        Provider fresh = acme().build();
        try (CapturedErrors log = CapturedErrors.start();
                LoopbackServer server = LoopbackServer.answering(http(200, "text/html", form))) {
            RefreshCaller.at(fresh, server).refresh();
            RefreshCaller.at(fresh, server).refresh();

            assertThat(log.text().lines().filter(line -> line.contains("form-encoded")))
                    .singleElement()
                    .asString()
                    .endsWith("acme: the token endpoint returned a form-encoded response, which was read although the"
                            + " provider does not announce it; set OAuth2ProviderBuilder.formResponses()");
        }
    }
}
