package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.ProviderProfile.RevokeScope;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.RequestSigner;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.RevokeOutcome;
import dev.evertoken.spi.Revoker;
import dev.evertoken.spi.Validator;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * X by OAuth 1.0a, in the name of a user. Registered as {@code x-oauth1}; client id and secret are the API key and its
 * secret.
 *
 * <p>Tokens do not expire; each has a secret, {@link #TOKEN_SECRET}, and every request is signed with it and the API
 * key's secret. A token that an API rejects is looked at: it is still good, or the person has to reconnect. Tokens keep
 * the permission that the application had when they were issued. There are no scopes. Immutable.
 */
public final class XOAuth1 implements Provider {

    /** The attribute of a {@link dev.evertoken.model.TokenSet} that holds the token's secret; imports need it, too. */
    public static final String TOKEN_SECRET = OAuth1Signer.TOKEN_SECRET;

    private static final ProviderProfile PROFILE = ProviderProfile.builder(RefreshModel.NON_EXPIRING)
            .endpoints(Endpoints.none()
                    .with(EndpointKind.TEMPORARY_CREDENTIALS, URI.create("https://api.x.com/oauth/request_token"))
                    .with(EndpointKind.AUTHORIZATION, URI.create("https://api.x.com/oauth/authorize"))
                    .with(EndpointKind.EXCHANGE, URI.create("https://api.x.com/oauth/access_token"))
                    .with(EndpointKind.REFRESH, URI.create("https://api.x.com/1.1/account/verify_credentials.json"))
                    .with(EndpointKind.INTROSPECT, URI.create("https://api.x.com/2/users/me"))
                    .with(EndpointKind.REVOKE, URI.create("https://api.x.com/1.1/oauth/invalidate_token.json")))
            .apiHosts("api.x.com", "api.twitter.com")
            .revokeScope(RevokeScope.USER)
            .build();

    private final OAuth1Signer signer;
    private final OAuth1Calls calls;
    private final AuthorizationFlow flow;
    private final Refresher refresher;
    private final ApiLook look = new ApiLook(
            XOAuth1Resources.DIALECT,
            body -> userId(body).map(id -> Validation.valid(Optional.of(id), Set.of(), Optional.empty())));

    /** Creates the provider; nothing is opened before its first request. */
    public XOAuth1() {
        this(Map.of());
    }

    private XOAuth1(Map<String, String> asking) {
        this.signer = new OAuth1Signer(new HmacSha1());
        this.calls = new OAuth1Calls(new TokenEndpoint(true), signer, XOAuth1::isAboutTheSignature);
        this.flow = new OAuth1Flow(calls, XOAuth1Dialect.DIALECT, asking);
        this.refresher = new OAuth1Check(calls, XOAuth1Dialect.DIALECT, XOAuth1::userId);
    }

    /**
     * Returns the same provider, which asks for tokens that only read, whatever the application may do ({@code
     * x_auth_access_type}). Hand it to the builder.
     */
    public static XOAuth1 readOnly() {
        return new XOAuth1(Map.of("x_auth_access_type", "read"));
    }

    @Override
    public String id() {
        return "x-oauth1";
    }

    @Override
    public ProviderProfile profile() {
        return PROFILE;
    }

    @Override
    public Refresher refresher() {
        return refresher;
    }

    @Override
    public Optional<AuthorizationFlow> authorizationFlow() {
        return Optional.of(flow);
    }

    @Override
    public Optional<RequestSigner> requestSigner() {
        return Optional.of(signer);
    }

    @Override
    public Optional<Validator> validator() {
        return Optional.of(this::validate);
    }

    @Override
    public Optional<Revoker> revoker() {
        return Optional.of(this::invalidate);
    }

    @Override
    public ResourceDialect resourceDialect() {
        return XOAuth1Resources.DIALECT;
    }

    private Validation validate(HeldTokens held) {
        WireReply reply = calls.send(OAuth1Calls.Step.as(held, EndpointKind.INTROSPECT, Optional.empty()));
        return look.read(new Neighbour(calls.endpoint(), EndpointKind.INTROSPECT).context(held), reply);
    }

    private RevokeOutcome invalidate(HeldTokens held) {
        WireReply reply = calls.send(OAuth1Calls.Step.as(held, EndpointKind.REVOKE, Optional.of(Form.of(Map.of()))));
        return TokenRevoker.outcome(
                new Neighbour(calls.endpoint(), EndpointKind.REVOKE), XOAuth1Dialect.DIALECT, held, reply);
    }

    /** The second version of the API has {@code data.id}, the first {@code id_str}. */
    private static Optional<String> userId(AnswerBody body) {
        return body.object("data")
                .flatMap(user -> user.text("id"))
                .or(() -> body.text("id_str"))
                .or(() -> body.text("id"));
    }

    /** 32 is said of a wrong signature, 135 of a wrong timestamp; the text may be the same. */
    private static boolean isAboutTheSignature(ProviderAnswer answer) {
        DialectContext context =
                new DialectContext(EndpointKind.API, Duration.ZERO, Set.of(), DialectContext.TokenOf.USER);
        return XProblems.number("32", "135").test(TokenCase.of(context, answer, false));
    }
}
