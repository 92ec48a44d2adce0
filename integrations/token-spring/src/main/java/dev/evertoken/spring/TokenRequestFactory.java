package dev.evertoken.spring;

import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;

/**
 * Creates request factories whose client does not follow redirects, so that no token is sent to the target of one. A
 * redirect is returned to the caller as the response. Stateless. Thread-safe.
 */
public final class TokenRequestFactory {

    private TokenRequestFactory() {}

    /** Returns a request factory over a new client of the JDK. */
    public static ClientHttpRequestFactory create() {
        return of(HttpClient.newHttpClient());
    }

    /**
     * Returns a request factory over a client.
     *
     * @throws IllegalArgumentException if the client follows redirects, because it would send the token to any target
     *     of a redirect
     */
    public static ClientHttpRequestFactory of(HttpClient client) {
        if (client.followRedirects() != Redirect.NEVER) {
            throw new IllegalArgumentException(
                    "the client follows redirects and would send the token to their targets; build it with"
                            + " followRedirects(Redirect.NEVER)");
        }
        return new JdkClientHttpRequestFactory(client);
    }
}
