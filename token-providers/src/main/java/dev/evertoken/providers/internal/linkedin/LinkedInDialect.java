package dev.evertoken.providers.internal.linkedin;

import static dev.evertoken.providers.internal.oauth2.TokenRule.asked;
import static dev.evertoken.providers.internal.oauth2.TokenRule.description;
import static dev.evertoken.providers.internal.oauth2.TokenRule.error;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;
import static dev.evertoken.providers.internal.oauth2.TokenRule.status;
import static dev.evertoken.providers.internal.oauth2.TokenRule.statusIn;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.CommonRules;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenRule;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.List;

/**
 * The refusals of LinkedIn's token endpoint and introspection endpoint. {@code invalid_request} is an invalid grant or
 * a malformed request; only its description distinguishes them. Immutable.
 */
public final class LinkedInDialect {

    private static final String INVALID_CODE =
            "the code was used, expired, or issued for another client or redirect URI";

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
                    .note("the client id or secret is missing in the request"),
            rule(
                            error("access_denied").and(description("create application tokens")),
                            Kind.APP_BLOCKED,
                            Problem.APP_BLOCKED)
                    .note("LinkedIn's partner team has to approve the application for client credentials"),
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
                    .note(INVALID_CODE),
            // the request
            rule(
                            error("invalid_request").and(description("required parameter")),
                            Kind.UNKNOWN,
                            Problem.REQUEST_REJECTED)
                    .note("a required parameter is missing"),
            rule(error("invalid_redirect_uri"), Kind.UNKNOWN, Problem.REQUEST_REJECTED)
                    .note("the redirect URI is not registered for the application"),
            rule(error("invalid_request"), Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE));

    public static final RuleTokenDialect DIALECT = CommonRules.DIALECT.after(RULES);

    private LinkedInDialect() {}
}
