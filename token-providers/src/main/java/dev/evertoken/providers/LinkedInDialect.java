package dev.evertoken.providers;

import static dev.evertoken.providers.TokenRule.asked;
import static dev.evertoken.providers.TokenRule.description;
import static dev.evertoken.providers.TokenRule.error;
import static dev.evertoken.providers.TokenRule.rule;
import static dev.evertoken.providers.TokenRule.status;
import static dev.evertoken.providers.TokenRule.statusIn;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.TokenVerdict.Kind;
import java.util.List;

/**
 * What LinkedIn's token endpoint and its introspection say: {@code invalid_request} is a dead grant or a wrong
 * request, and only its description tells which. Immutable.
 */
final class LinkedInDialect {

    private static final String START_AGAIN = "the code is used up, expired or not of this client and redirect URI";

    private static final List<TokenRule> RULES = List.of(
            CommonRules.TOO_MANY,
            rule(statusIn(code -> code >= 500), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE),
            // the client
            rule(error("invalid_client", "invalid_client_id"), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED),
            rule(
                            error("invalid_request")
                                    .and(description("\"client_id\" is missing", "\"client_secret\" is")),
                            Kind.CLIENT_INVALID,
                            Problem.CLIENT_REJECTED)
                    .note("the client id or secret did not arrive"),
            rule(
                            error("access_denied").and(description("create application tokens")),
                            Kind.APP_BLOCKED,
                            Problem.APP_BLOCKED)
                    .note("LinkedIn's partner team has to approve the application for tokens of its own"),
            rule(asked(EndpointKind.INTROSPECT).and(status(401)), Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)
                    .note("the client secret is wrong"),
            // the grant
            rule(
                    error("invalid_request").and(description("invalid, expired or revoked")),
                    Kind.GRANT_DEAD,
                    Problem.GRANT_DEAD),
            rule(error("invalid_grant"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            // the code
            rule(
                            asked(EndpointKind.EXCHANGE)
                                    .and(error("invalid_request", "invalid_redirect_uri"))
                                    .and(description(
                                            "authorization code not found", "does not match authorization code")),
                            Kind.UNKNOWN,
                            Problem.CONSENT_FAILED)
                    .note(START_AGAIN),
            // the request
            rule(
                            error("invalid_request").and(description("required parameter")),
                            Kind.UNKNOWN,
                            Problem.REQUEST_REJECTED)
                    .note("a required parameter is missing"),
            rule(error("invalid_redirect_uri"), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the redirect URI is not one of the application's"),
            rule(error("invalid_request"), Kind.UNKNOWN, Problem.UNRECOGNISED_ANSWER));

    static final RuleDialect DIALECT = CommonRules.DIALECT.after(RULES);

    private LinkedInDialect() {}
}
