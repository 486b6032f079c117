"""The web application: Gradio Blocks mounted in FastAPI; what a page needs, and nothing that answers."""
