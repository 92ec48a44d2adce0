package dev.evertoken.testing;

import java.util.Map;
import java.util.Optional;

/** The token endpoint of a mock provider: it identifies the account of a request and processes it. Thread-safe. */
final class MockTokenEndpoint {

    /** A parsed token request that has not been processed. */
    record ParsedRequest(
            RawRequest request, String grantType, String account, Optional<MockGrants.Presented> presented) {}

    private final ProviderBehavior behavior;
    private final MockGrants grants;
    private final AuthorizationCodes codes;
    private final ClientAuthenticationCheck authentication;

    MockTokenEndpoint(
            ProviderBehavior behavior,
            MockGrants grants,
            AuthorizationCodes codes,
            ClientAuthenticationCheck authentication) {
        this.behavior = behavior;
        this.grants = grants;
        this.codes = codes;
        this.authentication = authentication;
    }

    ParsedRequest parse(RawRequest request) {
        Map<String, String> form = request.parameters();
        String grantType = behavior.grantType(form);
        Optional<MockGrants.Presented> presented =
                Optional.ofNullable(form.get("refresh_token")).flatMap(grants::presented);
        String account = presented
                .map(MockGrants.Presented::account)
                .or(() -> Optional.ofNullable(form.get("code"))
                        .flatMap(codes::find)
                        .map(AuthorizationCodes.Authorization::account))
                .or(() -> behavior.exchangedToken(form).map(grants::accountOf))
                .orElse(Ledger.UNKNOWN);
        return new ParsedRequest(request, grantType, account, presented);
    }

    MockHttpResponse process(ParsedRequest parsed) {
        return behavior.refusal(parsed.grantType(), parsed.request(), authentication)
                .or(() -> incomplete(parsed.request()))
                .orElseGet(() -> switch (parsed.grantType()) {
                    case "refresh_token" -> refresh(parsed.request().parameters());
                    case "authorization_code" -> exchange(parsed.request().parameters());
                    case "client_credentials" -> clientCredentialsToken();
                    case "" -> behavior.missing("grant_type");
                    default ->
                        behavior.extensionGrant(
                                        parsed.grantType(), parsed.request().parameters(), grants)
                                .orElseGet(behavior::unsupportedGrantType);
                });
    }

    private Optional<MockHttpResponse> incomplete(RawRequest request) {
        return behavior.requiredFields().stream()
                .filter(field -> !request.parameters().containsKey(field))
                .findFirst()
                .map(behavior::missing);
    }

    private MockHttpResponse refresh(Map<String, String> form) {
        String token = form.get("refresh_token");
        if (token == null) {
            return behavior.missing("refresh_token");
        }
        return grants.refresh(token)
                .map(issue -> behavior.tokens(issue, grants.now(), false))
                .orElseGet(behavior::invalidRefreshToken);
    }

    private MockHttpResponse clientCredentialsToken() {
        return behavior.grantsClientCredentials()
                ? behavior.clientCredentialsToken(
                        grants.consent(
                                Ledger.APPLICATION,
                                behavior.usualScopes(),
                                false,
                                behavior.clientCredentialsLifetime()),
                        grants.now())
                : behavior.unsupportedGrantType();
    }

    private MockHttpResponse exchange(Map<String, String> form) {
        String code = form.get("code");
        if (code == null) {
            return behavior.missing("code");
        }
        return codes.redeem(code)
                .filter(authorization ->
                        authorization.fits(form) && grants.now().isBefore(authorization.until()))
                .map(this::exchanged)
                .map(issue -> behavior.tokens(issue, grants.now(), true))
                .orElseGet(behavior::invalidCode);
    }

    private MockGrants.Issue exchanged(AuthorizationCodes.Authorization authorization) {
        return behavior.firstLifetime()
                .map(lifetime -> grants.consent(
                        authorization.account(), authorization.scopes(), authorization.offline(), lifetime))
                .orElseGet(
                        () -> grants.consent(authorization.account(), authorization.scopes(), authorization.offline()));
    }
}
