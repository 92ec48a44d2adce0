package dev.evertoken.testing.wiremock;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import dev.evertoken.testing.HostedResponse;

/** A response of a mock provider in the form of WireMock. Stateless. */
final class SentResponse {

    private SentResponse() {}

    static ResponseDefinition of(HostedResponse response) {
        return switch (response.ending()) {
            case RESET ->
                WireMock.aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER).build();
            case CLOSED -> WireMock.aResponse().withFault(Fault.EMPTY_RESPONSE).build();
            case COMPLETE -> content(response).build();
            case CUT_OFF -> cutOff(response).build();
        };
    }

    private static ResponseDefinitionBuilder content(HostedResponse response) {
        ResponseDefinitionBuilder sent =
                WireMock.aResponse().withStatus(response.status()).withBody(response.body());
        response.headers().forEach(sent::withHeader);
        return sent;
    }

    /** Jetty closes the connection if fewer bytes are written than were announced, and compresses no encoded body. */
    private static ResponseDefinitionBuilder cutOff(HostedResponse response) {
        ResponseDefinitionBuilder sent = content(response).withHeader("Content-Encoding", "identity");
        return response.headers().containsKey("Content-Length")
                ? sent
                : sent.withHeader(
                        "Content-Length", String.valueOf(response.content().length() + 1));
    }
}
