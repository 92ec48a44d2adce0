package dev.evertoken.doctor;

import dev.evertoken.spi.operations.ClientStatus;
import java.util.ArrayList;
import java.util.List;

/** The findings about the registered clients, as far as this process knows them. Stateless. */
final class ClientChecks {

    private ClientChecks() {}

    static List<Finding> findings(List<ClientStatus> clients) {
        List<Finding> findings = new ArrayList<>();
        for (ClientStatus client : clients) {
            client.problem()
                    .map(problem -> new Finding(
                            FindingCode.CLIENT_REFUSED,
                            client.registration(),
                            problem + ": " + problem.advice() + Consoles.hint(client.providerId())))
                    .ifPresent(findings::add);
            if (client.usesPreviousSecret()) {
                findings.add(new Finding(
                        FindingCode.PREVIOUS_SECRET,
                        client.registration(),
                        "the previous secret is in use" + Consoles.hint(client.providerId())));
            }
        }
        return findings;
    }
}
