package dev.evertoken.testing;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Requests of a client to a mock provider, written by hand. */
final class TokenForms {
    private TokenForms() {}

    static HttpResponse<String> refresh(MockProvider provider, TokenSet tokens) throws IOException {
        return refresh(provider, tokens.refreshToken().orElseThrow().reveal());
    }

    static HttpResponse<String> refresh(MockProvider provider, String refreshToken) throws IOException {
        return Browser.post(tokenUrl(provider), refreshForm(provider, refreshToken));
    }

    static Map<String, String> refreshForm(MockProvider provider, String refreshToken) {
        Map<String, String> form = credentials(provider.registration());
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        return form;
    }

    static Map<String, String> credentials(ClientRegistration client) {
        Map<String, String> form = new HashMap<>();
        form.put("client_id", client.clientId());
        form.put("client_secret", client.clientSecret().orElseThrow().reveal());
        return form;
    }

    static String basic(ClientRegistration client) {
        String pair = Browser.encoded(client.clientId()) + ":"
                + Browser.encoded(client.clientSecret().orElseThrow().reveal());
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    static HttpResponse<String> api(MockProvider provider, Secret accessToken) throws IOException {
        return Browser.get(provider.apiUrl(), "Authorization", "Bearer " + accessToken.reveal());
    }

    static URI tokenUrl(MockProvider provider) {
        return provider.endpoints().address(EndpointKind.REFRESH).orElseThrow();
    }
}
