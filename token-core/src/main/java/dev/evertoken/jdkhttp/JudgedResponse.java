package dev.evertoken.jdkhttp;

import dev.evertoken.spi.provider.ResourceVerdict;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * An answer with the caller's own request and body, and what it says about the token. Immutable.
 *
 * @param response as it came
 * @param request the caller's, without the token
 * @param body what the caller's handler made of it
 * @param verdict what is told of the token
 */
record JudgedResponse<T>(HttpResponse<?> response, HttpRequest request, T body, ResourceVerdict verdict)
        implements HttpResponse<T> {

    @Override
    public int statusCode() {
        return response.statusCode();
    }

    /** The client follows no redirects, so there is none but that of an authenticator, which had no body to speak of. */
    @Override
    public Optional<HttpResponse<T>> previousResponse() {
        return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
        return response.headers();
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return response.sslSession();
    }

    @Override
    public URI uri() {
        return request.uri();
    }

    @Override
    public Version version() {
        return response.version();
    }

    /** Returns method, address without its query, and status. */
    @Override
    public String toString() {
        return "(" + request.method() + " " + request.uri().getHost() + ") " + statusCode();
    }
}
