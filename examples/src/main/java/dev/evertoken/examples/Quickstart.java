package dev.evertoken.examples;

/** The tour of the library. So far it only shows that it can be started. */
public final class Quickstart {
    private Quickstart() {}

    public static void main(String[] args) {
        System.out.println("Evertoken: the quickstart is not written yet.");
    }
}
