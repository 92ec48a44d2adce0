package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Validation;
import dev.evertoken.providers.internal.oauth1.HmacSha1;
import dev.evertoken.providers.internal.oauth1.OAuth1Client;
import dev.evertoken.providers.internal.oauth1.OAuth1Flow;
import dev.evertoken.providers.internal.oauth1.OAuth1Signer;
import dev.evertoken.providers.internal.oauth1.OAuth1TokenCheck;
import dev.evertoken.providers.internal.oauth2.ApiProbe;
import dev.evertoken.providers.internal.oauth2.EndpointCall;
import dev.evertoken.providers.internal.oauth2.EndpointOutcome;
import dev.evertoken.providers.internal.oauth2.FormEncoding;
import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.providers.internal.oauth2.ResponseBody;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRevoker;
import dev.evertoken.providers.internal.x.XOAuth1Dialect;
import dev.evertoken.providers.internal.x.XOAuth1ResourceDialect;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.RevokeOutcome;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * X with OAuth 1.0a for a user. Registered as {@code x-oauth1}; client id and secret are the API key and its secret.
 *
 * <p>Tokens do not expire. Each has a secret, {@link #TOKEN_SECRET}; every request is signed with it and the secret of
 * the API key. A token that an API rejects is checked, at most once an hour: either it is still valid, or the user has
 * to reconnect. Tokens keep the permission that the application had when they were issued. There are no scopes.
 * Immutable.
 */
public final class XOAuth1 extends AssembledProvider {

    /**
     * The attribute of a {@link dev.evertoken.model.TokenSet} for the token's secret; imported tokens require it too.
     */
    public static final String TOKEN_SECRET = OAuth1Signer.TOKEN_SECRET;

    private final Map<String, String> parameters;

    /** Creates the provider; opens no resources before its first request. */
    public XOAuth1() {
        this(Map.of());
    }

    private XOAuth1(Map<String, String> parameters) {
        super("x-oauth1");
        this.parameters = parameters;
    }

    /**
     * Returns the same provider, but requests read-only tokens regardless of the application's permission ({@code
     * x_auth_access_type}). Pass the result to the builder.
     */
    public static XOAuth1 readOnly() {
        return new XOAuth1(Map.of("x_auth_access_type", "read"));
    }

    private static ProviderProfile newProfile() {
        return ProviderProfile.builder(RefreshModel.NON_EXPIRING)
                .endpoints(Endpoints.none()
                        .with(EndpointKind.TEMPORARY_CREDENTIALS, URI.create("https://api.x.com/oauth/request_token"))
                        .with(EndpointKind.AUTHORIZATION, URI.create("https://api.x.com/oauth/authorize"))
                        .with(EndpointKind.EXCHANGE, URI.create("https://api.x.com/oauth/access_token"))
                        .with(EndpointKind.REFRESH, URI.create("https://api.x.com/2/users/me"))
                        .with(EndpointKind.INTROSPECT, URI.create("https://api.x.com/2/users/me"))
                        .with(EndpointKind.REVOKE, URI.create("https://api.x.com/1.1/oauth/invalidate_token.json")))
                .earliestRefreshAge(OAuth1TokenCheck.BETWEEN_CHECKS)
                .apiHosts("api.x.com", "api.twitter.com")
                .revokeScope(RevokeScope.USER)
                .build();
    }

    @Override
    ProviderParts parts() {
        OAuth1Signer signer = new OAuth1Signer(new HmacSha1());
        ProviderProfile profile = newProfile();
        OAuth1Client client =
                new OAuth1Client(TokenEndpoint.of(profile.endpoints()), signer, XOAuth1Dialect::isAboutTheSignature);
        return new ProviderParts(
                        profile,
                        new OAuth1TokenCheck(
                                client, XOAuth1Dialect.DIALECT, XOAuth1::userId, XOAuth1Dialect::isWithoutReason))
                .flow(() -> new OAuth1Flow(client, XOAuth1Dialect.DIALECT, parameters))
                .validator(() -> held -> validate(client, held))
                .revoker(() -> held -> invalidate(client, held))
                .signer(() -> signer);
    }

    @Override
    public ResourceDialect resourceDialect() {
        return XOAuth1ResourceDialect.DIALECT;
    }

    private static Validation validate(OAuth1Client client, HeldTokens held) {
        EndpointOutcome outcome = client.send(OAuth1Client.Step.as(held, EndpointKind.INTROSPECT, Optional.empty()));
        ApiProbe probe = new ApiProbe(
                XOAuth1ResourceDialect.DIALECT,
                body -> userId(body).map(id -> Validation.valid(Optional.of(id), Set.of(), Optional.empty())));
        return probe.read(new EndpointCall(client.endpoint(), EndpointKind.INTROSPECT).context(held), outcome);
    }

    private static RevokeOutcome invalidate(OAuth1Client client, HeldTokens held) {
        EndpointOutcome outcome =
                client.send(OAuth1Client.Step.as(held, EndpointKind.REVOKE, Optional.of(FormEncoding.of(Map.of()))));
        return TokenRevoker.outcome(
                new EndpointCall(client.endpoint(), EndpointKind.REVOKE), XOAuth1Dialect.DIALECT, held, outcome);
    }

    /** Reads {@code data.id} from version 2 of the API and {@code id_str} from version 1.1. */
    private static Optional<String> userId(ResponseBody body) {
        return body.object("data")
                .flatMap(user -> user.text("id"))
                .or(() -> body.text("id_str"))
                .or(() -> body.text("id"));
    }
}
