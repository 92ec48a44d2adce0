package dev.evertoken.testing;

import java.util.Map;
import java.util.Optional;

/** The token endpoint of a mock provider: who asks, and what the provider does about it. Thread-safe. */
final class MockTokenEndpoint {

    /** A token request, looked at but not acted upon. */
    record Visit(RawRequest request, String grantType, String account, Optional<MockGrants.Presented> presented) {}

    private final ProviderBehavior behavior;
    private final MockGrants grants;
    private final AuthorizationCodes codes;
    private final ClientAuthenticationCheck proof;

    MockTokenEndpoint(
            ProviderBehavior behavior, MockGrants grants, AuthorizationCodes codes, ClientAuthenticationCheck proof) {
        this.behavior = behavior;
        this.grants = grants;
        this.codes = codes;
        this.proof = proof;
    }

    Visit look(RawRequest request) {
        Map<String, String> form = request.parameters();
        String grantType = behavior.grantType(form);
        Optional<MockGrants.Presented> presented =
                Optional.ofNullable(form.get("refresh_token")).flatMap(grants::presented);
        String account = presented
                .map(MockGrants.Presented::account)
                .or(() -> Optional.ofNullable(form.get("code"))
                        .flatMap(codes::look)
                        .map(AuthorizationCodes.Ticket::account))
                .or(() -> behavior.traded(form).map(grants::accountOf))
                .orElse(Ledger.UNKNOWN);
        return new Visit(request, grantType, account, presented);
    }

    MockHttpResponse act(Visit visit) {
        return behavior.refusal(visit.grantType(), visit.request(), proof)
                .or(() -> incomplete(visit.request()))
                .orElseGet(() -> switch (visit.grantType()) {
                    case "refresh_token" -> refresh(visit.request().parameters());
                    case "authorization_code" -> exchange(visit.request().parameters());
                    case "client_credentials" -> clientCredentialsToken();
                    case "" -> behavior.missing("grant_type");
                    default ->
                        behavior.otherGrant(visit.grantType(), visit.request().parameters(), grants)
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
                .orElseGet(behavior::deadRefreshToken);
    }

    private MockHttpResponse clientCredentialsToken() {
        return behavior.givesAppTokens()
                ? behavior.clientCredentialsToken(
                        grants.consent(Ledger.APPLICATION, behavior.usualScopes(), false, behavior.appTokenLifetime()),
                        grants.now())
                : behavior.unsupportedGrantType();
    }

    private MockHttpResponse exchange(Map<String, String> form) {
        String code = form.get("code");
        if (code == null) {
            return behavior.missing("code");
        }
        return codes.redeem(code)
                .filter(ticket -> ticket.fits(form) && grants.now().isBefore(ticket.until()))
                .map(this::bought)
                .map(issue -> behavior.tokens(issue, grants.now(), true))
                .orElseGet(behavior::deadCode);
    }

    private MockGrants.Issue bought(AuthorizationCodes.Ticket ticket) {
        return behavior.firstLifetime()
                .map(life -> grants.consent(ticket.account(), ticket.scopes(), ticket.offline(), life))
                .orElseGet(() -> grants.consent(ticket.account(), ticket.scopes(), ticket.offline()));
    }
}
