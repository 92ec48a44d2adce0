package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.description.ApiRule;
import dev.evertoken.providers.description.ErrorRule;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.ResourceVerdict.Action;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.MaybeSent;
import dev.evertoken.spi.provider.TokenOutcome.Refused;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The refusals of real servers, with rules as data. */
class DescribedErrorsTest {

    private static final DialectContext API =
            new DialectContext(EndpointKind.API, Duration.ofMinutes(5), Set.of(), TokenOf.USER);

    @Test
    void aRefusalInAnArrayOfErrorsIsRecognizedByItsPath() throws IOException {
        Provider fitbit = acme().error(ErrorRule.of(Kind.GRANT_DEAD).member("errors[0].errorType", "invalid_grant"))
                .build();

        assertThat(outcome(
                        fitbit,
                        400,
                        "{\"errors\":[{\"errorType\":\"invalid_grant\",\"message\":\"x\"}],\"success\":false}"))
                .isEqualTo(new Refused(TokenVerdict.of(
                        Kind.GRANT_DEAD,
                        Problem.GRANT_DEAD,
                        "token endpoint answered 400 without an error code: errors[0].errorType is invalid_grant")));
        assertThat(outcome(fitbit, 400, "{\"errors\":[{\"errorType\":\"other\"},{\"errorType\":\"invalid_grant\"}]}"))
                .isInstanceOf(Refused.class)
                .extracting(refused -> ((Refused) refused).verdict().problem())
                .isEqualTo(Problem.UNRECOGNIZED_RESPONSE);
    }

    @Test
    void aRefusalThatHasAMessageAloneIsRecognizedByItsWords() throws IOException {
        Provider twitch = acme().error(ErrorRule.of(Kind.GRANT_DEAD)
                        .memberContains("message", "invalid refresh token", "Invalid grant")
                        .at(EndpointKind.REFRESH))
                .build();

        assertThat(outcome(twitch, 400, "{\"status\":400,\"message\":\"Invalid refresh token\"}"))
                .isEqualTo(new Refused(TokenVerdict.of(
                        Kind.GRANT_DEAD,
                        Problem.GRANT_DEAD,
                        "token endpoint answered 400 without an error code: message contains \"invalid refresh"
                                + " token\"")));
        assertThat(outcome(twitch, 400, "{\"status\":400,\"message\":\"Parameter redirect_uri does not match\"}"))
                .isInstanceOf(MaybeSent.class);
    }

    @Test
    void aNumericStatusInASuccessfulResponseIsARefusalIfDeclaredSo() throws IOException {
        Provider withings = acme().error(
                        ErrorRule.of(Kind.TRANSIENT).member("status", "522").spendingNothing())
                .error(ErrorRule.of(Kind.TRANSIENT).member("status", "523"))
                .error(ErrorRule.of(Kind.RATE_LIMITED).member("status", "601").note("at most 120 a minute"))
                .build();

        assertThat(outcome(withings, 200, "{\"status\":522}")).isInstanceOf(Refused.class);
        assertThat(outcome(withings, 200, "{\"status\":523}"))
                .as("a meaning alone does not say that nothing was used up")
                .isInstanceOf(MaybeSent.class);
        assertThat(((Refused) outcome(withings, 200, "{\"status\":601}")).verdict())
                .isEqualTo(TokenVerdict.of(
                        Kind.RATE_LIMITED,
                        Problem.RATE_LIMITED,
                        "token endpoint answered 200 without tokens: at most 120 a minute"));
    }

    @Test
    void allConditionsOfARuleHaveToHoldAndTheFirstRuleDecides() throws IOException {
        Provider bitbucket = acme().error(ErrorRule.of(Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                        .member("error", "invalid_grant")
                        .memberContains("error_description", "unsupported grant type")
                        .status(400))
                .build();
        String body = "{\"error\":\"invalid_grant\",\"error_description\":\"%s\"}";

        assertThat(problem(bitbucket, 400, body.formatted("Unsupported grant type: None")))
                .isEqualTo(Problem.REQUEST_REJECTED);
        assertThat(problem(bitbucket, 400, body.formatted("no such token"))).isEqualTo(Problem.GRANT_DEAD);
        assertThat(problem(bitbucket, 401, body.formatted("Unsupported grant type: None")))
                .isEqualTo(Problem.GRANT_DEAD);
    }

    @Test
    void aRuleForAnotherEndpointDoesNotConcernARefresh() throws IOException {
        Provider zoho = acme().error(ErrorRule.of(Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                        .member("error", "invalid_code")
                        .at(EndpointKind.EXCHANGE))
                .error(ErrorRule.of(Kind.GRANT_DEAD).member("error", "invalid_code"))
                .build();

        assertThat(problem(zoho, 200, "{\"error\":\"invalid_code\"}")).isEqualTo(Problem.GRANT_DEAD);
    }

    @Test
    void tokensInAResponseAreKeptWhateverARuleSays() throws IOException {
        Provider strange = acme().error(ErrorRule.of(Kind.GRANT_DEAD).member("status", "0"))
                .build();

        assertThat(outcome(strange, 200, "{\"status\":0,\"access_token\":\"at-1\",\"refresh_token\":\"rt-2\"}"))
                .isInstanceOf(TokenOutcome.Issued.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"ok\":false,\"error\":\"token_expired\"} | REFRESH_AND_RETRY | API_REJECTS_TOKEN",
                "200 | {\"ok\":false,\"error\":\"missing_scope\"} | PASS | SCOPE_MISSING",
                "200 | {\"ok\":true,\"error\":\"none\"} | PASS |",
                "200 | {\"ok\":false,\"error\":\"token_exp | PASS |",
                "403 | [{\"errorCode\":\"INVALID_SESSION_ID\"}] | REFRESH_AND_RETRY | API_REJECTS_TOKEN",
                "403 | [{\"errorCode\":\"INSUFFICIENT_ACCESS\"}] | PASS |",
                "201 | [{\"errorCode\":\"INVALID_SESSION_ID\"}] | PASS |",
                "401 | {\"error\":\"account_inactive\"} | ADOPT_ONLY | ACCOUNT_UNUSABLE",
                "401 | {} | REFRESH_AND_RETRY | API_REJECTS_TOKEN",
                "404 | {\"error\":\"ignored\"} | PASS |",
            })
    void theResponsesOfAnApiMeanWhatItsRulesSay(int status, String body, Action action, Problem problem) {
        ResourceDialect dialect = slackAndSalesforce();

        ResourceVerdict verdict =
                dialect.judge(API, new ProviderResponse(status, Map.of(), body, DocumentedResponse.AT));

        assertThat(verdict.action()).isEqualTo(action);
        assertThat(verdict.problem().orElse(null)).isEqualTo(problem);
        assertThat(dialect.reads(200)).isTrue();
        assertThat(dialect.reads(201)).isFalse();
        assertThat(dialect.reads(400)).isTrue();
    }

    @Test
    void aChallengeThatAsksForAnotherConsentCausesNoRefresh() {
        ProviderResponse claims = new ProviderResponse(
                401,
                Map.of("www-authenticate", List.of("Bearer error=\"insufficient_claims\", claims=\"e30\"")),
                "",
                DocumentedResponse.AT);

        assertThat(slackAndSalesforce().judge(API, claims))
                .isEqualTo(ResourceVerdict.pass(Problem.SCOPE_MISSING, "API answered 401: claims are missing"));
    }

    private static ResourceDialect slackAndSalesforce() {
        return OAuth2Provider.of(acme().apiError(ApiRule.refresh()
                                .status(200)
                                .member("ok", "false")
                                .member("error", "token_expired", "invalid_auth"))
                        .apiError(ApiRule.pass(Problem.SCOPE_MISSING)
                                .status(200, 403)
                                .member("error", "missing_scope"))
                        .apiError(ApiRule.refresh().member("[0].errorCode", "INVALID_SESSION_ID"))
                        .apiError(ApiRule.adopt(Problem.ACCOUNT_UNUSABLE).member("error", "account_inactive"))
                        .apiError(ApiRule.pass(Problem.SCOPE_MISSING)
                                .challenge("insufficient_claims")
                                .note("claims are missing"))
                        .apiError(ApiRule.ignore().member("error", "ignored"))
                        .description())
                .resourceDialect();
    }

    private static Problem problem(Provider provider, int status, String body) throws IOException {
        return ((Refused) outcome(provider, status, body)).verdict().problem();
    }

    private static TokenOutcome outcome(Provider provider, int status, String body) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(status, body))) {
            return RefreshCaller.at(provider, server).refresh();
        }
    }
}
