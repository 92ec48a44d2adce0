package dev.evertoken.architecture.offenders;

final class Prints {
    void print(IllegalStateException problem) {
        System.out.println("out");
        System.err.println("err");
        problem.printStackTrace();
    }
}
