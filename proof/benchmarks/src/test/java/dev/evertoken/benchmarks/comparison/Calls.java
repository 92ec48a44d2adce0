package dev.evertoken.benchmarks.comparison;

import java.util.concurrent.Callable;

/** The outcome of a call as a text. */
final class Calls {

    private Calls() {}

    static String outcome(Callable<String> call) {
        try {
            return call.call() == null ? "null" : "token";
        } catch (Exception e) {
            return e.getClass().getSimpleName();
        }
    }

    static boolean succeeds(Callable<String> call) {
        return outcome(call).equals("token");
    }

    static String requests(int number) {
        return number == 1 ? "1 request" : number + " requests";
    }
}
