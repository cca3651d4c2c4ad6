// SPDX-License-Identifier: MIT
// Linked with every object of every product library at once: a function that two modules define is then an
// error of the linker. In an ordinary link the first one found is taken for both, silently.
int main() { return 0; }
