package dev.evertoken.providers.internal.google;

import static dev.evertoken.providers.LoopbackServer.http;
import static dev.evertoken.providers.LoopbackServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.RefreshCaller;
import dev.evertoken.providers.RelocatedProvider;
import dev.evertoken.providers.ValidationRow;
import dev.evertoken.providers.YouTube;
import dev.evertoken.providers.YouTubeScopes;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lookup of a token's YouTube channel and every known response, by section 3 of the fact sheet. */
class YouTubeChannelTest {

    private static final Set<String> READING = Set.of(YouTubeScopes.READ_ONLY, YouTubeScopes.UPLOAD);
    private static final String CHANNEL = "{\"kind\":\"youtube#channelListResponse\",\"items\":[{\"kind\":"
            + "\"youtube#channel\",\"id\":\"UC_x5XG1OV2P6uZZ5FSM9Ttw\",\"snippet\":{\"title\":\"any\"}}]}";
    private static final String TOKENINFO = "{\"aud\":\"client-1\",\"sub\":\"110\",\"scope\":\"" + YouTubeScopes.UPLOAD
            + "\",\"exp\":\"4102444800\",\"expires_in\":\"3560\"}";
    private static final String TOO_NARROW = refusal(403, "insufficientPermissions");

    static Stream<ValidationRow> responses() {
        return Stream.of(
                new ValidationRow("3 a channel", 200, CHANNEL, Verdict.VALID, null),
                new ValidationRow("3 no items", 200, "{\"kind\":\"x\"}", Verdict.UNUSABLE, Problem.ACCOUNT_UNUSABLE),
                new ValidationRow("3 empty items", 200, "{\"items\":[]}", Verdict.UNUSABLE, Problem.ACCOUNT_UNUSABLE),
                new ValidationRow(
                        "3 youtubeSignupRequired",
                        401,
                        refusal(401, "youtubeSignupRequired"),
                        Verdict.UNUSABLE,
                        Problem.ACCOUNT_UNUSABLE),
                new ValidationRow("3 authError", 401, refusal(401, "authError"), Verdict.REJECTED, null),
                new ValidationRow(
                        "3 suspended",
                        403,
                        refusal(403, "authenticatedUserAccountSuspended"),
                        Verdict.UNUSABLE,
                        Problem.ACCOUNT_UNUSABLE),
                new ValidationRow(
                        "3 closed", 403, refusal(403, "channelClosed"), Verdict.UNUSABLE, Problem.ACCOUNT_UNUSABLE),
                new ValidationRow(
                        "3 not a channel",
                        403,
                        refusal(403, "authenticatedUserNotChannel"),
                        Verdict.UNUSABLE,
                        Problem.WRONG_ACCOUNT),
                new ValidationRow(
                        "3 domainPolicy", 403, refusal(403, "domainPolicy"), Verdict.UNUSABLE, Problem.ADMIN_BLOCKED),
                new ValidationRow("3 scopes", 403, TOO_NARROW, Verdict.UNUSABLE, Problem.SCOPE_MISSING),
                new ValidationRow(
                        "3 quota", 403, refusal(403, "quotaExceeded"), Verdict.UNKNOWN, Problem.QUOTA_EXCEEDED),
                new ValidationRow("3 backendError", 503, "", Verdict.UNKNOWN, Problem.PROVIDER_UNAVAILABLE),
                new ValidationRow("a page", 200, "<html>", Verdict.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE),
                new ValidationRow(
                        "an error that says 200",
                        200,
                        "{\"error\":{}}",
                        Verdict.UNKNOWN,
                        Problem.UNRECOGNIZED_RESPONSE));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void everyDocumentedResponseHasItsVerdict(ValidationRow row) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(row.status(), row.body()))) {
            Validation validation = validate(server, READING);

            row.check(validation);
            assertThat(validation.detail()).isNotBlank().doesNotContain("<", "{");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void theSubjectOfATokenIsTheChannel() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, CHANNEL))) {
            assertThat(validate(server, READING).subject()).hasValue("UC_x5XG1OV2P6uZZ5FSM9Ttw");
            assertThat(server.requests().get(0))
                    .startsWith("GET /API ")
                    .contains("Authorization: Bearer " + RefreshCaller.ACCESS_TOKEN + "\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                YouTubeScopes.UPLOAD,
                YouTubeScopes.MEMBERSHIPS,
                YouTubeScopes.PARTNER_AUDIT,
                YouTubeScopes.ANALYTICS
            })
    void aTokenWithoutAccessToChannelsIsValidatedByTokeninfo(String scope) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, TOKENINFO))) {
            Validation validation = validate(server, Set.of(scope));

            assertThat(validation.verdict()).isEqualTo(Verdict.VALID);
            assertThat(validation.scopes()).containsExactly(YouTubeScopes.UPLOAD);
            assertThat(validation.subject())
                    .as("the Google account is not the channel")
                    .isEmpty();
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().get(0)).startsWith("POST /INTROSPECT ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {YouTubeScopes.MANAGE, YouTubeScopes.READ_ONLY, YouTubeScopes.FORCE_SSL, YouTubeScopes.PARTNER})
    void eachScopeThatReadsChannelsIsSufficient(String scope) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, CHANNEL))) {
            assertThat(validate(server, Set.of(scope, YouTubeScopes.UPLOAD)).subject())
                    .isPresent();
        }
    }

    @Test
    void aTokenWithUnknownScopesFallsBackToTokeninfo() throws IOException {
        LoopbackServer.Script narrow = (server, socket, out) -> {
            boolean first = server.requests().get(server.requests().size() - 1).startsWith("GET /API");
            out.write((first ? json(403, TOO_NARROW) : json(200, TOKENINFO)).getBytes(StandardCharsets.UTF_8));
        };
        try (LoopbackServer server = new LoopbackServer(narrow)) {
            assertThat(validate(server, Set.of()).verdict()).isEqualTo(Verdict.VALID);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 500})
    void aConsentReturnsItsTokensEvenIfTheChannelLookupFails(int status) throws IOException {
        TokenResponse response = exchange(json(status, refusal(status, "youtubeSignupRequired")), READING);

        assertThat(response.accessToken()).isPresent();
        assertThat(response.refreshToken()).isPresent();
        assertThat(response.subject()).isEmpty();
    }

    @Test
    void theSubjectOfAConsentIsTheChannelAndNotTheGoogleAccount() throws IOException {
        assertThat(exchange(json(200, CHANNEL), READING).subject()).hasValue("UC_x5XG1OV2P6uZZ5FSM9Ttw");
        assertThat(exchange(http(200, "text/html", "<html>"), READING).subject())
                .isEmpty();
        assertThat(exchange(json(200, CHANNEL), Set.of(YouTubeScopes.UPLOAD)).subject())
                .as("the channel is not looked up without a scope for it")
                .isEmpty();
    }

    /** The token endpoint sends a recorded response with an ID token, the API sends {@code lookup}. */
    private static TokenResponse exchange(String lookup, Set<String> granted) throws IOException {
        String tokens = json(
                200,
                "{\"access_token\":\"ya29.a\",\"expires_in\":3599,\"refresh_token\":\"1//r\",\"scope\":\""
                        + String.join(" ", granted) + "\",\"token_type\":\"Bearer\","
                        + "\"id_token\":\"e30.eyJzdWIiOiIxMTAifQ.c2ln\"}");
        LoopbackServer.Script script = (server, socket, out) -> {
            boolean exchange =
                    server.requests().get(server.requests().size() - 1).startsWith("POST /EXCHANGE");
            out.write((exchange ? tokens : lookup).getBytes(StandardCharsets.UTF_8));
        };
        try (LoopbackServer server = new LoopbackServer(script)) {
            return ((Issued) RelocatedProvider.to(server, new YouTube()).exchange()).response();
        }
    }

    private static Validation validate(LoopbackServer server, Set<String> scopes) {
        RelocatedProvider youTube = RelocatedProvider.to(server, new YouTube());
        return youTube.validate(youTube.held(scopes));
    }

    private static String refusal(int status, String reason) {
        return "{\"error\":{\"errors\":[{\"domain\":\"youtube.header\",\"reason\":\"" + reason + "\"}],\"code\":"
                + status + "}}";
    }
}
