package dev.evertoken.spring;

import dev.evertoken.spring.internal.AuthorizedRequest;
import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.support.HttpRequestWrapper;

/** One attempt of a request as it is sent, with its token; the caller's request stays without it. Not thread-safe. */
final class TokenHttpRequest extends HttpRequestWrapper {

    private final URI address;
    private final HttpHeaders headers = new HttpHeaders();

    TokenHttpRequest(HttpRequest request, AuthorizedRequest authorized) {
        super(request);
        address = authorized.address();
        authorized.addHeaders(request.getHeaders(), headers);
    }

    @Override
    public URI getURI() {
        return address;
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    /** Returns the method and the host. */
    @Override
    public String toString() {
        return getMethod() + " to " + address.getHost();
    }
}
