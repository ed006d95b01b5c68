"""What the hidden neurons stand for."""
